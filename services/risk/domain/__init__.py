"""What risk decides: the assessment of one application. Pure: no clock, no ids, no I/O."""
