"""What review decides: the case, and the membership it leads to."""
