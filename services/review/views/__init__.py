"""What officers see of cases and memberships; the only modules that know which stored fields are read."""
