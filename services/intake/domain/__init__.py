"""What intake decides: all about one company."""
