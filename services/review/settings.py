"""Settings of review, beside those of every service."""

from typing import Annotated

from pydantic import AnyHttpUrl, Field

from services.review.domain.case.questions import LONGEST_DAYS_TO_ANSWER
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`intake_url`: where officers open documents; `standard_days`: business days in which an application is decided.

    `answer_days`: calendar days to answer questions, where the officer names no day.
    """

    intake_url: AnyHttpUrl
    standard_days: Annotated[int, Field(ge=1)] = 180
    answer_days: Annotated[int, Field(ge=1, le=LONGEST_DAYS_TO_ANSWER)] = 30
