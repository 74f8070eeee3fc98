"""What starts and drives real things: Kafka, MongoDB, services, whole deployments, and those who work with them."""
