"""What services share of the programme itself: its calendar, its roles, and the teams of companies."""
