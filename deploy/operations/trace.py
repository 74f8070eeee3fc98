"""`tt trace`: the story of one company across the services, from their journals, in order of time and then of cause."""

from collections.abc import Iterable, Mapping
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


class Texts(Model):
    """How operators read facts, by kind, and a message that was replaced before it was sent."""

    superseded: Text
    facts: Mapping[str, Text]


@dataclass(frozen=True)
class Step:
    """One fact of a story. `causes`: from the command of a person or the clock to the direct cause, in order."""

    service: str
    entry: LifeEntry
    causes: tuple["Step", ...]

    @property
    def id(self) -> str:
        return id_of(self.entry)

    @property
    def began(self) -> "Step":
        """The first cause, or this fact itself where there is none."""
        return self.causes[0] if self.causes else self


def trace(services: Services, name: str) -> list[Step]:
    """The facts of the company with this id, business number or PIP number, and of its applications. Raises Failed."""
    if not (known := _lives(services, name)):
        raise Failed(
            f"nothing is journalled of {name}: name a company by its id, its business number or its PIP number"
        )
    company = known[0][1].subject
    numbered = (_lives(services, str(application_id(UUID(company), number))) for number in count(1))
    applications = [life for lives in takewhile(bool, numbered) for life in lives]
    return in_order([*_lives(services, company), *applications])


def in_order(lives: Iterable[tuple[str, LifeEntry]]) -> list[Step]:
    """Facts, with the services that journalled them, in order of time; at the same moment, in order of cause."""
    journalled = {id_of(entry): (service, entry) for service, entry in lives}
    steps: dict[str, Step] = {}

    def step_of(entry_id: str) -> Step:
        if entry_id not in steps:
            service, entry = journalled[entry_id]
            # the actor of a fact that came of a message is the publisher, and its cause the message
            cause_id = f"{entry.actor['subject']}/{entry.cause}"
            cause = step_of(cause_id) if cause_id in journalled else None
            steps[entry_id] = Step(service, entry, (*cause.causes, cause) if cause else ())
        return steps[entry_id]

    return sorted(
        map(step_of, journalled), key=lambda step: (step.entry.at, [_order(part) for part in (*step.causes, step)])
    )


@cache
def texts() -> Texts:
    """The texts of trace.yaml. Raises pydantic's ValidationError where the file is wrong."""
    return Texts.model_validate(
        yaml.safe_load(resources.files("deploy.operations").joinpath("trace.yaml").read_bytes())
    )


def text_of(kind: str, language: Language) -> str:
    """The text of a fact, or its kind where there is none."""
    return pick(texts().facts[kind], language) if kind in texts().facts else kind


def id_of(entry: LifeEntry) -> str:
    """The id of an entry in the journal."""
    return f"{entry.source}/{entry.subject}/{entry.sequence}"


def _order(step: Step) -> tuple[object, ...]:
    return (step.entry.at, step.service, step.entry.source, step.entry.sequence)


def _lives(services: Services, name: str) -> list[tuple[str, LifeEntry]]:
    path = f"/operations/lives/{quote(name, safe='')}"
    return [
        (service, LifeEntry.model_validate(entry)) for service in services.urls for entry in services.get(service, path)
    ]
