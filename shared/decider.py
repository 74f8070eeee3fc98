"""The shape of every aggregate: decide, evolve, publish, due. Pure: no clock, no ids, no I/O."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, TypeAdapter


def to_milliseconds(moment: datetime) -> datetime:
    """UTC, cut to the milliseconds that the database keeps."""
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


Moment = Annotated[AwareDatetime, AfterValidator(to_milliseconds)]


class Model(BaseModel):
    """A frozen value that knows exactly its fields and never repeats its input in an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Actor(Model):
    """Who acts: the subject of a token and the role in which it acts, or a service by its name."""

    subject: str
    role: str


class Command(Model):
    """Something asked, stamped at the edge with when and by whom."""

    at: Moment
    actor: Actor


class Tick(Command):
    """The moment that `due` asked for has come."""

    kind: Literal["tick"] = "tick"


class Fact(Model):
    """Something that has happened, in the aggregate's own words; kept for ever, so it carries its version."""

    v: int = 1


class Outgoing(Model):
    """A fact in the published language: `body` is JSON or None (a tombstone); `n` counts messages to one partner about one member."""

    topic: str
    key: str
    type: str
    body: str | None
    n: int | None = None


C = TypeVar("C", bound=Command)
S = TypeVar("S", bound=Model)
F = TypeVar("F", bound=Fact)
Json = dict[str, Any]


def says_nothing(_fact: Fact, _after: Model) -> None:
    """For aggregates that publish no messages."""


def never_due(_state: Model) -> None:
    """For aggregates that no timer wakes."""


@dataclass(frozen=True)
class Decider(Generic[C, S, F]):
    """One aggregate as the kernel sees it. `upcasters` lift a stored fact or state, by (kind or status, version), to the next version."""

    collection: str
    source: str
    absent: S
    states: TypeAdapter[S]
    facts: TypeAdapter[F]
    decide: Callable[[C, S], tuple[F, ...]]
    evolve: Callable[[S, F], S]
    publish: Callable[[F, S], Outgoing | None] = says_nothing
    due: Callable[[S], datetime | None] = never_due
    upcasters: Mapping[tuple[str, int], Callable[[Json], Json]] = field(default_factory=dict)

    def state(self, stored: Json | None) -> S:
        """The state of a stored document; an absent one where there is none."""
        return self.absent if stored is None else self.states.validate_python(self._lifted(stored, "status"), strict=False)

    def fact(self, stored: Json) -> F:
        """A journalled fact in its newest version."""
        return self.facts.validate_python(self._lifted(stored, "kind"))

    def _lifted(self, stored: Json, discriminator: str) -> Json:
        while lift := self.upcasters.get((stored.get(discriminator, ""), stored.get("v", 1))):
            stored = lift(stored)
        return stored
