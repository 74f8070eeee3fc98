"""A small publisher and a small subscriber to test the kernel with: tallies announce numbers, a ledger enters them."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import NAMESPACE_OID, UUID, uuid5

from pydantic import Field, TypeAdapter

from shared.bus.subscriptions import Addressed, Consumed, Subscriptions
from shared.contracts.event import Outgoing
from shared.contracts.intake import ApplicationWithdrawn
from shared.decider import Actor, AggregateState, Command, Decider, Fact
from shared.errors import Refused
from shared.model import Moment

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ANN = Actor(subject="ann", role="trader")
COMPANY = UUID("00000000-0000-4000-8000-000000000001")
OTHER = UUID("00000000-0000-4000-8000-000000000002")
POISON = 13


class Announce(Command):
    kind: Literal["announce"] = "announce"
    company: UUID
    padding: str = ""
    wake_at: Moment | None = None


class Announced(Fact):
    kind: Literal["announced"] = "announced"
    company: UUID
    number: int
    padding: str = ""
    wake_at: Moment | None = None


class Rung(Fact):
    kind: Literal["rung"] = "rung"
    at: Moment


class Tally(AggregateState):
    number: int = 0
    padding: str = ""
    wake_at: Moment | None = None
    rung_at: Moment | None = None


def application(tally: str) -> UUID:
    return uuid5(NAMESPACE_OID, tally)


def _decide_tally(command: Any, state: Tally) -> tuple[Any, ...]:
    if command.kind == "tick":
        return (Rung(at=command.at),) if state.wake_at and command.at >= state.wake_at else ()
    if command.padding == "refuse me":
        raise Refused("not_found")
    if command.padding == "already so":
        return ()
    return (
        Announced(company=command.company, number=state.number + 1, padding=command.padding, wake_at=command.wake_at),
    )


def _evolve_tally(state: Tally, fact: Announced | Rung) -> Tally:
    if isinstance(fact, Rung):
        return state.model_copy(update={"wake_at": None, "rung_at": fact.at})
    return Tally(number=fact.number, padding=state.padding + fact.padding[:1_000], wake_at=fact.wake_at)


def _publish_tally(fact: Announced | Rung, _: Tally) -> Outgoing | None:
    if isinstance(fact, Rung):
        return None
    message = ApplicationWithdrawn(
        company_id=fact.company,
        application_id=application(str(fact.company)),
        submission=fact.number,
        withdrawn_at=NOON,
    ).outgoing()
    return (
        message.model_copy(update={"body": (message.body or "")[:-1] + ',"padding":"' + fact.padding + '"}'})
        if fact.padding
        else message
    )


def tally() -> Decider[Any, Tally, Any]:
    return Decider(
        collection="companies",
        source="/intake/companies",
        absent=Tally(),
        states=TypeAdapter(Tally),
        facts=TypeAdapter(Annotated[Announced | Rung, Field(discriminator="kind")]),
        decide=_decide_tally,
        evolve=_evolve_tally,
        refuses={Announce: ("not_found",)},
        publish=_publish_tally,
        due=lambda state: state.wake_at,
    )


class Enter(Command):
    kind: Literal["enter"] = "enter"
    publisher: str
    number: int


class Entered(Fact):
    kind: Literal["entered"] = "entered"
    publisher: str
    number: int


class Ledger(AggregateState):
    entries: tuple[tuple[str, int], ...] = ()


class Deploy:
    """Whether the code that chokes on `POISON` has been mended."""

    mended = False


def _decide_ledger(command: Any, _: Ledger) -> tuple[Any, ...]:
    if command.number == POISON and not Deploy.mended:
        raise ZeroDivisionError
    return (Entered(publisher=command.publisher, number=command.number),)


def _evolve_ledger(state: Ledger, fact: Entered) -> Ledger:
    return Ledger(entries=(*state.entries, (fact.publisher, fact.number)))


def ledger() -> Decider[Any, Ledger, Any]:
    return Decider(
        collection="ledgers",
        source="/review/ledgers",
        absent=Ledger(),
        states=TypeAdapter(Ledger),
        facts=TypeAdapter(Entered),
        decide=_decide_ledger,
        evolve=_evolve_ledger,
    )


def enter(event: ApplicationWithdrawn, consumed: Consumed) -> tuple[Addressed, ...]:
    command = Enter(at=consumed.at, actor=consumed.actor, publisher=str(event.application_id), number=event.submission)
    return (Addressed("ledgers", str(event.company_id), command),)


SUBSCRIPTIONS: Subscriptions = {ApplicationWithdrawn: enter}


def announce(company: UUID = COMPANY, **changes: Any) -> Announce:
    return Announce(at=NOON, actor=ANN, company=company, **changes)
