"""Those who live through a schedule: voices publish one number after the other, which are entered in ledgers.

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


class Counted(Event):
    TOPIC: ClassVar[str] = "pip.application"
    SOURCE: ClassVar[str] = "/intake/companies"
    voice: str
    number: int


class Ruled(Event):
    TOPIC: ClassVar[str] = "pip.review"
    SOURCE: ClassVar[str] = "/intake/cases"
    voice: str
    number: int


class Raise(Command):
    kind: Literal["raise"] = "raise"
    voice: str
    company: UUID


class CountRaised(Fact):
    kind: Literal["count_raised"] = "count_raised"
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


def _to_partner(fact: CountRaised, _: Voice) -> Outgoing:
    """Every second message withdraws the record of the one before it."""
    body = f'"record {fact.number}"' if fact.number % 2 else None
    return Outgoing(topic=PARTNER, key=fact.voice, type="pip.MemberShared.v1", body=body, n=fact.number)


COMPANIES: Decider[Any, Any, Any] = Decider(
    collection="companies",
    source=Counted.SOURCE,
    absent=Voice(),
    states=TypeAdapter(Voice),
    facts=TypeAdapter(CountRaised),
    decide=lambda command, state: (CountRaised(voice=command.voice, company=command.company, number=state.number + 1),),
    evolve=lambda _, fact: Voice(number=fact.number),
    publish=_inside(Counted),
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
class Publisher:
    """One voice. They differ in company and topic; a partner alone reads what `DISCLOSURES` publish."""

    voice: str
    company: UUID
    decider: Decider[Any, Any, Any]

    @property
    def id(self) -> str:
        return f"{self.decider.source}/{self.voice}"

    def message(self, number: int) -> str:
        """The id of its message of this number, as subscribers know it."""
        return f"{self.id}/{number}"

    @property
    def ledgers(self) -> tuple[str, ...]:
        return () if self.decider is DISCLOSURES else (str(self.company), ALL)


PUBLISHERS = (
    Publisher("ann", BOREAL, COMPANIES),
    Publisher("bob", BOREAL, COMPANIES),
    Publisher("cleo", TAIGA, COMPANIES),
    Publisher("dan", BOREAL, CASES),
    Publisher("eve", TAIGA, DISCLOSURES),
)


def ledgers(stuck: Callable[[str], bool]) -> Decider[Any, Any, Any]:
    """The ledgers, in code that cannot enter what is stuck."""

    def enters(command: Enter, state: Ledger) -> tuple[Any, ...]:
        if stuck(command.message):
            raise ZeroDivisionError
        return _LEDGERS.decide(command, state)

    return replace(_LEDGERS, decide=enters)


def _enter(event: Any, consumed: Consumed) -> tuple[Addressed, ...]:
    """Every message is entered twice: in the ledger of its company, and in one that all companies share."""
    command = Enter(at=consumed.at, actor=consumed.actor, message=f"{event.SOURCE}/{event.voice}/{event.number}")
    return tuple(Addressed("ledgers", ledger, command) for ledger in (str(event.company_id), ALL))


SUBSCRIPTIONS: Subscriptions = {Counted: _enter, Ruled: _enter}
