"""What review keeps as data: its problem codes."""
