"""How the five services, Kafka and MongoDB are run."""
