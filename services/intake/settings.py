"""Settings of intake, beside those of every service."""

from typing import Annotated

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`standard_days`: business days of the published standard; `offer_days`: how long an ownership offer stands."""

    standard_days: Annotated[int, Field(ge=1)] = 180
    offer_days: Annotated[int, Field(ge=1)] = 30
