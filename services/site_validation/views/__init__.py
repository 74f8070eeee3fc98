"""What officers and companies see of validations; the only modules that know which stored fields are read."""
