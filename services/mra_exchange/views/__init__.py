"""What partners and companies read of disclosures; the only modules that know which stored fields are read."""
