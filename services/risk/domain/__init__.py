"""What risk decides: the assessment of one application."""
