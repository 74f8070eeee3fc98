"""What site validation decides: the validation of one application."""
