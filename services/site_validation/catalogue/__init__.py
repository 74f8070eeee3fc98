"""What site validation keeps as data: its problem codes."""
