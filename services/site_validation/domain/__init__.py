"""What site validation decides: the validation of one application. Pure: no clock, no ids, no I/O."""
