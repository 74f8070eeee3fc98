"""The operator's command `tt`."""
