"""The ground floor: frozen values, moments, and JSON as the database and the bus carry it."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict

Json = dict[str, Any]


def to_milliseconds(moment: datetime) -> datetime:
    """UTC, cut to the milliseconds that the database keeps."""
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


Moment = Annotated[AwareDatetime, AfterValidator(to_milliseconds)]


class Model(BaseModel):
    """A frozen value that knows exactly its fields and never repeats its input in an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
