"""What people see of a company; the only modules that know which stored fields are read."""
