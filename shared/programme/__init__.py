"""What services share of the programme itself: its calendar, and the teams of companies."""
