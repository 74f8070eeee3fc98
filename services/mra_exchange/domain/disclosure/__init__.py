"""The disclosure: what each foreign administration may know of one company, and what it was sent last.

It has one rule instead of statuses (programme 3.6). Whatever is consumed, and whenever an arrangement begins or
ends, what a partner may know is compared with what it was sent last, and the difference is sent.
"""

from datetime import datetime
from functools import partial
from typing import Annotated, assert_never

from pydantic import Field, TypeAdapter

from services.mra_exchange.domain.disclosure import noting, sharing
from services.mra_exchange.domain.disclosure.consumed import FACT_UPCASTERS, STATE_UPCASTERS
from services.mra_exchange.domain.disclosure.noting import (
    ArrangementsNoted,
    ConsentsNoted,
    MembershipNoted,
    NotingCommand,
    NotingFact,
    ProfileNoted,
)
from services.mra_exchange.domain.disclosure.sharing import RecordShared, SharingFact, SharingSealed, SharingStopped
from services.mra_exchange.domain.disclosure.state import Disclosure
from shared.contracts.catalogue import Catalogue, in_force
from shared.contracts.event import Outgoing
from shared.decider import Decider, Tick
from shared.programme.calendar import beginning_of

SOURCE = "/mra_exchange/disclosures"
DisclosureCommand = NotingCommand | Tick
DisclosureFact = NotingFact | SharingFact


def decider(catalogue: Catalogue) -> Decider[DisclosureCommand, Disclosure, DisclosureFact]:
    return Decider(
        collection="disclosures",
        source=SOURCE,
        absent=Disclosure(),
        states=TypeAdapter(Disclosure),
        facts=TypeAdapter(Annotated[DisclosureFact, Field(discriminator="kind")]),
        decide=partial(decide, catalogue=catalogue),
        evolve=evolve,
        publish=publish,
        due=partial(due, catalogue=catalogue),
        fact_upcasters=FACT_UPCASTERS,
        state_upcasters=STATE_UPCASTERS,
    )


def decide(command: DisclosureCommand, state: Disclosure, catalogue: Catalogue) -> tuple[DisclosureFact, ...]:
    """Notes what the command brings, then sends every partner the difference to what it was sent last."""
    noted = noting.decide(command, state, catalogue.version)
    after = noting.evolve(state, noted)
    news = () if after == state else (noted,)
    cause = sharing.cause_of(noted, state)
    return (*news, *sharing.decide(command, after, in_force(catalogue, after.day), cause))


def evolve(state: Disclosure, fact: DisclosureFact) -> Disclosure:
    match fact:
        case ProfileNoted() | ConsentsNoted() | MembershipNoted() | ArrangementsNoted():
            return noting.evolve(state, fact)
        case RecordShared() | SharingStopped() | SharingSealed():
            return sharing.evolve(state, fact)
        case _:
            assert_never(fact)


def publish(fact: DisclosureFact, _after: Disclosure) -> Outgoing | None:
    return sharing.message(fact) if isinstance(fact, SharingFact) else None


def due(state: Disclosure, catalogue: Catalogue) -> datetime | None:
    """The next pending seal, or the next day on which the arrangement with a consented partner begins or ends."""
    seals = (partner.seal_due for partner in state.partners.values() if partner.seal_due)
    periods = (known.in_force for known in catalogue.administrations if known.code in state.consents)
    turns = (day for period in periods for day in (period.since, period.until) if day and day > state.day)
    return min((*seals, *map(beginning_of, turns)), default=None)
