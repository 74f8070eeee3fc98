"""What officers see of assessments and of the policy; the only modules that know which stored fields are read."""
