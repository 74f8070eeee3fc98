"""Plays three invented companies on their way into the programme, with everybody they meet, through the HTTP APIs."""
