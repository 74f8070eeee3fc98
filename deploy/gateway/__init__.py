"""The gateway: one address before the five services, on one machine and in containers."""
