"""The shape of every aggregate: decide, evolve, publish, due."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from shared.contracts.event import Outgoing
from shared.errors import Defective, VersionNewer
from shared.model import Json, Model, Moment


class Actor(Model):
    """Who acts: the subject of a token and the role in which it acts, or a service by its name."""

    subject: str
    role: str


class Command(Model):
    """What is asked of an aggregate, stamped at the edge with when and by whom."""

    at: Moment
    actor: Actor


class Tick(Command):
    """The moment that `due` gave has come."""

    kind: Literal["tick"] = "tick"


class Fact(Model):
    """Something that has happened, in the terms of the aggregate; kept for ever, with the version of its kind."""

    v: int = 1


class AggregateState(Model):
    """What is true of an aggregate in one status; stored, so it carries the version of that status."""

    v: int = 1


C = TypeVar("C", bound=Command)
S = TypeVar("S", bound=AggregateState)
F = TypeVar("F", bound=Fact)
Refusals = Mapping[type[Command], Collection[str]]
Upcasters = Mapping[tuple[str, int], Callable[[Json], Json]]


def publishes_nothing(_fact: Fact, _after: Model) -> None:
    """For aggregates that publish no messages."""


def never_due(_state: Model) -> None:
    """For aggregates that no timer wakes."""


@dataclass(frozen=True)
class Decider(Generic[C, S, F]):
    """One aggregate, as the kernel knows it.

    `refuses`: with which codes decide may refuse a command; a command that is not named is never refused.
    Upcasters lift what is stored by one version: a fact by (kind, version), a state by (status, version). They keep
    the kind or the status.
    """

    collection: str
    source: str
    absent: S
    states: TypeAdapter[S]
    facts: TypeAdapter[F]
    decide: Callable[[C, S], tuple[F, ...]]
    evolve: Callable[[S, F], S]
    refuses: Refusals = field(default_factory=dict)
    publish: Callable[[F, S], Outgoing | None] = publishes_nothing
    due: Callable[[S], datetime | None] = never_due
    fact_upcasters: Upcasters = field(default_factory=dict)
    state_upcasters: Upcasters = field(default_factory=dict)

    def state(self, stored: Json | None) -> S:
        """The state of a stored document; an absent one where there is none. Raises VersionNewer, Defective."""
        if stored is None:
            return self.absent
        lifted = lift(stored, "status", self.newest_states, self.state_upcasters)
        try:
            return self.states.validate_python(lifted, strict=False)
        except ValidationError as unreadable:
            raise Defective("state_unreadable") from unreadable

    def fact(self, stored: Json) -> F:
        """A journalled fact in its newest version. Raises VersionNewer, Defective."""
        lifted = lift(stored, "kind", self.newest_facts, self.fact_upcasters)
        try:
            return self.facts.validate_python(lifted)
        except ValidationError as unreadable:
            raise Defective("fact_unreadable") from unreadable

    @cached_property
    def newest_states(self) -> Mapping[str, int]:
        """The version of every status; a state without statuses has the status ""."""
        return dict(_versions(self.states, "status"))

    @cached_property
    def newest_facts(self) -> Mapping[str, int]:
        """The version of every kind of fact."""
        return dict(_versions(self.facts, "kind"))


def lift(stored: Json, discriminator: str, newest: Mapping[str, int], upcasters: Upcasters) -> Json:
    """Lifts what is stored, version by version, to the newest. Raises VersionNewer if it is from a later one."""
    while True:
        tag, version = stored.get(discriminator, ""), stored.get("v", 1)
        if tag not in newest or version > newest[tag]:
            raise VersionNewer
        if version == newest[tag]:
            return stored
        stored = {**upcasters[tag, version](stored), "v": version + 1}


def _versions(union: TypeAdapter[Any], discriminator: str) -> Iterator[tuple[str, int]]:
    """Every value of a union's discriminator, with the version of the model that it names."""
    schema = union.json_schema()
    for tag, reference in schema.get("discriminator", {}).get("mapping", {}).items():
        yield tag, schema["$defs"][reference.rpartition("/")[2]]["properties"]["v"]["default"]
    if "discriminator" not in schema:
        yield schema["properties"].get(discriminator, {}).get("const", ""), schema["properties"]["v"]["default"]
