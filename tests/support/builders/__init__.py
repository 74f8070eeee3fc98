"""What makes values and states of the domain, and brings companies, cases and validations to where a test begins."""
