"""Who may know what of a member, decided; pure."""
