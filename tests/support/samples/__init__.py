"""Golden data: what was stored and published, with the code that reads and keeps it."""
