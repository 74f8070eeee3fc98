"""What review decides: the case, and the membership it leads to. Pure: no clock, no ids, no I/O."""
