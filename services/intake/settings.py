"""Settings of intake, beside those of every service."""

from typing import Annotated

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`standard_days`: business days of the published standard; `offer_days`: how long an ownership offer stands.

    `foreign_numbers_a_day`, `registrations_a_day`: how many business numbers of others a person may try in 24 hours,
    and how many it may take into use. `uploads_at_once`: how many files are received at once.
    """

    standard_days: Annotated[int, Field(ge=1)] = 180
    offer_days: Annotated[int, Field(ge=1)] = 30
    uploads_at_once: Annotated[int, Field(ge=1)] = 8
    foreign_numbers_a_day: Annotated[int, Field(ge=1)] = 5
    registrations_a_day: Annotated[int, Field(ge=1)] = 10
