"""The settings of mra_exchange."""

from shared.settings import Brokers, ServiceSettings


class Settings(ServiceSettings):
    """`partner_kafka`: where partners come to Kafka, as their page names it."""

    partner_kafka: Brokers | None = None
