"""Intake's own texts: public notices, and the sentences of the dashboard. Each file is parsed once."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from shared import yaml_text
from shared.contracts.types import Code
from shared.i18n import Text
from shared.model import Model

Texts = Mapping[str, Text]


class Notice(Model):
    """A public notice about the service standard, from `since` to the day before `until`."""

    id: Code
    since: Annotated[date, Field(alias="from")]
    until: date | None
    text: Text


@cache
def notices() -> tuple[Notice, ...]:
    """All of them; a file that is wrong raises pydantic's ValidationError."""
    return TypeAdapter(tuple[Notice, ...]).validate_python(_read("notices.yaml")["notices"])


@cache
def lacks() -> Texts:
    """The sentence for each code of what is missing."""
    return TypeAdapter(dict[str, Text]).validate_python(_read("lacks.yaml"))


@cache
def banners() -> Texts:
    """The sentence of each banner of the dashboard."""
    return TypeAdapter(dict[str, Text]).validate_python(_read("banners.yaml"))


def _read(name: str) -> Any:
    return yaml_text.values(resources.files(__name__).joinpath(name).read_bytes())
