"""The edge of HTTP: who calls, in which role; problems, OpenAPI. It does not know the bus."""
