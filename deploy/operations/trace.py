"""`tt trace`: one company's story across the services, from their journals, in order of time and then of cause."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import count, takewhile
from urllib.parse import quote
from uuid import UUID

import yaml

from deploy.errors import Failed
from deploy.operations.access import Services
from shared.contracts.application_id import application_id
from shared.i18n import Language, Text, pick
from shared.model import Model
from shared.operations import LifeEntry


class Words(Model):
    """How facts read, by their kind, and a message that was replaced before it was sent."""

    superseded: Text
    facts: Mapping[str, Text]


@dataclass(frozen=True)
class Step:
    """One fact in a company's story. `causes`: the chain from what somebody or the clock did to its direct cause."""

    service: str
    lived: LifeEntry
    causes: tuple["Step", ...]

    @property
    def id(self) -> str:
        """As the journal knows it."""
        return f"{self.lived.source}/{self.lived.subject}/{self.lived.sequence}"

    @property
    def began(self) -> "Step":
        """What began this."""
        return self.causes[0] if self.causes else self


def trace(services: Services, name: str) -> list[Step]:
    """The story of the company with this id, business number or PIP number. Raises Failed."""
    if not (known := _lives(services, name)):
        raise Failed(
            f"nothing is journalled of {name}: name a company by its id, its business number or its PIP number"
        )
    company = known[0][1].subject
    numbered = (_lives(services, str(application_id(UUID(company), number))) for number in count(1))
    applications = [life for lives in takewhile(bool, numbered) for life in lives]
    return in_order([*_lives(services, company), *applications])


def in_order(lives: Iterable[tuple[str, LifeEntry]]) -> list[Step]:
    """Facts with the services that journalled them, in order of time; at the same moment, in order of cause."""
    unplaced = {f"{lived.source}/{lived.subject}/{lived.sequence}": (service, lived) for service, lived in lives}
    steps: dict[str, Step] = {}

    def placed(one: str) -> Step:
        if one not in steps:
            service, lived = unplaced[one]
            # who hears a message acts as its publisher, and names it as the cause
            cause = f"{lived.actor['subject']}/{lived.cause}"
            before = placed(cause) if cause in unplaced else None
            steps[one] = Step(service, lived, (*before.causes, before) if before else ())
        return steps[one]

    return sorted(
        map(placed, unplaced), key=lambda step: (step.lived.at, [_place(cause) for cause in (*step.causes, step)])
    )


@cache
def words() -> Words:
    """All of them; a file that is wrong raises pydantic's ValidationError."""
    return Words.model_validate(
        yaml.safe_load(resources.files("deploy.operations").joinpath("trace.yaml").read_bytes())
    )


def told(kind: str, language: Language) -> str:
    """A fact in words, or its kind where there are none."""
    return pick(words().facts[kind], language) if kind in words().facts else kind


def _place(step: Step) -> tuple[object, ...]:
    return (step.lived.at, step.service, step.lived.source, step.lived.sequence)


def _lives(services: Services, name: str) -> list[tuple[str, LifeEntry]]:
    return list(_told(services, f"/operations/lives/{quote(name, safe='')}"))


def _told(services: Services, path: str) -> Iterator[tuple[str, LifeEntry]]:
    for service in services.urls:
        yield from ((service, LifeEntry.model_validate(one)) for one in services.get(service, path))
