"""The settings of mra_exchange."""

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Nothing beyond what every service needs."""
