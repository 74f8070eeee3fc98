"""The kernel: what every service is built on. It knows no service."""
