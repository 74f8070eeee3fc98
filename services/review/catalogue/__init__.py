"""The benefits of membership, as people read them; the file is parsed once."""

from functools import cache
from importlib import resources

import yaml
from pydantic import TypeAdapter

from services.review.domain.membership.benefits import Entitlement
from shared.i18n import Text


class Benefit(Entitlement):
    """An entitlement with its name and what it means."""

    name: Text
    text: Text


@cache
def benefits() -> tuple[Benefit, ...]:
    """All of them; a file that is wrong raises pydantic's ValidationError."""
    content = yaml.safe_load(resources.files(__name__).joinpath("benefits.yaml").read_bytes())
    return TypeAdapter(tuple[Benefit, ...]).validate_python(content["benefits"])
