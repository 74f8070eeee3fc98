"""What operators do with a deployment through its services' own endpoints."""
