"""The one-machine deployment: real servers from Python packages, under one supervisor."""
