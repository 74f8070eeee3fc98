"""What operators do with a deployment: through the endpoints of its services, or on their stores."""
