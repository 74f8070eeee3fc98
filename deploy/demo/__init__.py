"""Plays three invented companies on their way into the programme, and all whom they meet, through the HTTP APIs."""
