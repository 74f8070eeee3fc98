"""The settings of site validation, beyond those of every service."""

from typing import Annotated

from pydantic import AnyHttpUrl, Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`intake_url`: where officers open documents; `action_days`: calendar days proposed for a required action."""

    intake_url: AnyHttpUrl
    action_days: Annotated[int, Field(ge=1)] = 90
