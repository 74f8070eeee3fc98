"""The settings of risk."""

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Nothing beyond what every service needs."""
