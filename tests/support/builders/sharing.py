"""Members whose records partners get, over the bus and HTTP, and what partners and companies then read."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from shared.clock import now
from shared.contracts.intake import ConsentGiven, ConsentInForce, ConsentWithdrawn
from shared.contracts.pip_id import pip_id
from shared.contracts.review import MembershipActivated, MembershipEvent
from shared.contracts.types import Administration, MembershipStatus
from tests.support.builders.packages import COMPANY
from tests.support.builders.review import APPLICATION, declared
from tests.support.servers.bus import Record, on_topic, until
from tests.support.servers.served import Person, Served

SINCE, ENDED = date(2026, 3, 9), date(2026, 5, 4)
RECORD = {"name", "address", "status", "dates", "identifiers"}


def partner(mra_exchange: Served, administration: Administration) -> Person:
    return mra_exchange.person(f"customs of {administration}", "partner", administration=administration)


def standing(*administrations: Administration) -> tuple[ConsentInForce, ...]:
    return tuple(
        ConsentInForce(administration=code, consent_id=uuid5(COMPANY, code), given_at=now()) for code in administrations
    )


def consented(*administrations: Administration) -> ConsentGiven:
    [*_, last] = in_force = standing(*administrations)
    return ConsentGiven(company_id=COMPANY, **dict(last), text_version="2026-01", language="en", in_force=in_force)


def revoked(administration: Administration, *left: Administration) -> ConsentWithdrawn:
    [ended] = standing(administration)
    return ConsentWithdrawn(
        company_id=COMPANY,
        administration=administration,
        consent_id=ended.consent_id,
        withdrawn_at=now(),
        in_force=standing(*left),
    )


def member(kind: type[MembershipEvent] = MembershipActivated, status: MembershipStatus = "active") -> MembershipEvent:
    return kind(
        company_id=COMPANY,
        application_id=APPLICATION,
        pip_id=pip_id(str(COMPANY)),
        status=status,
        status_since=SINCE,
        member_since=SINCE,
        member_until=ENDED if status == "cancelled" else None,
        message=None if status == "active" else "A seal was broken.",
    )


def number(company: UUID) -> str:
    return pip_id(str(company))


def member_path(company: UUID) -> str:
    """The address of the member, as a partner calls it."""
    return f"/partner/members/{number(company)}"


async def joined(mra_exchange: Served, company: UUID, *administrations: Administration) -> None:
    """The company is a member that informs these administrations, and they have its record."""
    for event in (declared(), consented(*administrations), member()):
        await mra_exchange.consumes(company, event)
    for administration in administrations:
        await partner(mra_exchange, administration).sees(member_path(company), status="AUTHORISED")


async def partner_records(
    mra_exchange: Served, administration: Administration, company: UUID, times: int
) -> list[Record]:
    """What lies on a partner's topic about the member, read as that partner, once it is so much."""
    code = administration.lower()
    found: list[Record] = []

    async def so_often() -> bool:
        found[:] = await on_topic(mra_exchange.broker.access(f"partner.{code}"), f"pip.partner.{code}", number(company))
        return len(found) >= times

    await until(so_often)
    return found


async def gone(person: Person, path: str) -> None:
    """Waits until nothing is found there."""

    async def so() -> bool:
        return (await person.asks(f"GET {path}")).status_code == 404

    await until(so)


async def logged(maude: Person, company: UUID, times: int) -> list[dict[str, Any]]:
    """The company's log, read page by page, once it has so many entries."""
    entries: list[dict[str, Any]] = []

    async def so_long() -> bool:
        entries[:] = await maude.pages(f"/companies/{company}/disclosures?", "entries", limit=1)
        return len(entries) >= times

    await until(so_long)
    return entries
