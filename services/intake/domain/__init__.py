"""The company, pure."""
