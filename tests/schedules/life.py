"""Those who live through a schedule: voices say one number after the other, which are entered in ledgers.

Real deciders on the real kernel, as small as they can be.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import TypeAdapter

from shared.bus.subscriptions import Addressed, Consumed, Subscriptions
from shared.contracts.event import Event, Outgoing
from shared.decider import Actor, AggregateState, Command, Decider, Fact

BOREAL = UUID("00000000-0000-4000-8000-000000000001")
TAIGA = UUID("00000000-0000-4000-8000-000000000002")
ANN = Actor(subject="ann", role="trader")
PARTNER = "pip.partner.us"
ALL = "all"


class Spoken(Event):
    TOPIC: ClassVar[str] = "pip.application"
    SOURCE: ClassVar[str] = "/intake/companies"
    voice: str
    number: int


class Ruled(Event):
    TOPIC: ClassVar[str] = "pip.review"
    SOURCE: ClassVar[str] = "/intake/cases"
    voice: str
    number: int


class Say(Command):
    kind: Literal["say"] = "say"
    voice: str
    company: UUID


class Said(Fact):
    kind: Literal["said"] = "said"
    voice: str
    company: UUID
    number: int


class Voice(AggregateState):
    number: int = 0


class Enter(Command):
    kind: Literal["enter"] = "enter"
    message: str


class Entered(Fact):
    kind: Literal["entered"] = "entered"
    message: str


class Ledger(AggregateState):
    entries: tuple[str, ...] = ()


def _inside(event: type[Any]) -> Callable[[Any, Any], Outgoing]:
    return lambda fact, _: event(company_id=fact.company, voice=fact.voice, number=fact.number).outgoing()


def _to_partner(fact: Said, _: Voice) -> Outgoing:
    """Every second message withdraws what the one before it told."""
    body = f'"record {fact.number}"' if fact.number % 2 else None
    return Outgoing(topic=PARTNER, key=fact.voice, type="pip.MemberShared.v1", body=body, n=fact.number)


COMPANIES: Decider[Any, Any, Any] = Decider(
    collection="companies",
    source=Spoken.SOURCE,
    absent=Voice(),
    states=TypeAdapter(Voice),
    facts=TypeAdapter(Said),
    decide=lambda command, state: (Said(voice=command.voice, company=command.company, number=state.number + 1),),
    evolve=lambda _, fact: Voice(number=fact.number),
    publish=_inside(Spoken),
)
CASES = replace(COMPANIES, collection="cases", source=Ruled.SOURCE, publish=_inside(Ruled))
DISCLOSURES = replace(COMPANIES, collection="disclosures", source="/intake/disclosures", publish=_to_partner)
_LEDGERS: Decider[Any, Any, Any] = Decider(
    collection="ledgers",
    source="/review/ledgers",
    absent=Ledger(),
    states=TypeAdapter(Ledger),
    facts=TypeAdapter(Entered),
    decide=lambda command, _: (Entered(message=command.message),),
    evolve=lambda state, fact: Ledger(entries=(*state.entries, fact.message)),
)


@dataclass(frozen=True)
class Speaker:
    """One voice. They differ in company and topic; a partner alone hears what `DISCLOSURES` say."""

    voice: str
    company: UUID
    decider: Decider[Any, Any, Any]

    @property
    def publisher(self) -> str:
        return f"{self.decider.source}/{self.voice}"

    def message(self, number: int) -> str:
        """The id of its message of this number, as listeners know it."""
        return f"{self.publisher}/{number}"

    @property
    def listeners(self) -> tuple[str, ...]:
        return () if self.decider is DISCLOSURES else (str(self.company), ALL)


SPEAKERS = (
    Speaker("ann", BOREAL, COMPANIES),
    Speaker("bob", BOREAL, COMPANIES),
    Speaker("cleo", TAIGA, COMPANIES),
    Speaker("dan", BOREAL, CASES),
    Speaker("eve", TAIGA, DISCLOSURES),
)


def ledgers(stuck: Callable[[str], bool]) -> Decider[Any, Any, Any]:
    """The ledgers, in code that cannot enter what is stuck."""

    def enters(command: Enter, state: Ledger) -> tuple[Any, ...]:
        if stuck(command.message):
            raise ZeroDivisionError
        return _LEDGERS.decide(command, state)

    return replace(_LEDGERS, decide=enters)


def _enter(event: Any, heard: Consumed) -> tuple[Addressed, ...]:
    """Every message is entered twice: in the ledger of its company, and in one that all companies share."""
    command = Enter(at=heard.at, actor=heard.actor, message=f"{event.SOURCE}/{event.voice}/{event.number}")
    return tuple(Addressed("ledgers", one, command) for one in (str(event.company_id), ALL))


SUBSCRIPTIONS: Subscriptions = {Spoken: _enter, Ruled: _enter}
