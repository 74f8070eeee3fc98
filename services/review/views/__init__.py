"""What people see of cases and memberships; nobody else knows which stored fields are read."""
