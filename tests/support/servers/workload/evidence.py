"""What there is to see once everything is consumed: of every company, of every partner, and in every journal."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from uuid import UUID, uuid5

from deploy.local.deployment import Deployment
from deploy.local.supervisor import SERVICES
from deploy.operations.access import Services, services_at
from deploy.operations.reconcile import reconcile
from shared.contracts.types import Administration
from tests.support.servers.bus import until
from tests.support.servers.workload.life import CASE, COMPANY, Life
from tests.support.servers.workload.partners import Partner
from tests.support.servers.workload.people import Json, Ledger

QUIET_WITHIN = 15.0
BETWEEN_LOOKS = 0.2


@dataclass(frozen=True)
class Sight:
    """One company as its founder, an officer and the journals see it."""

    life: Life
    dashboard: Json
    company: Json
    consents: Json
    case: Json
    membership: Json
    journal: list[Json]


@dataclass(frozen=True, repr=False)
class Evidence:
    """`members`: what the feed of each partner has in the end; `messages`: every message between the services.

    `settled`: the seconds until everything was consumed.
    """

    ledger: Ledger
    settled: float
    sights: list[Sight]
    partners: list[Partner]
    members: Mapping[Administration, Mapping[str, Json]]
    lacks: tuple[str, ...]
    flaws: list[Json]
    messages: list[Json]


async def gathered(lives: list[Life], partners: list[Partner], deployment: Deployment) -> Evidence:
    """Waits until everything published is consumed, and until partners have read their records."""
    over = monotonic()
    with services_at(deployment.data) as services:
        found = await asyncio.to_thread(reconcile, services, QUIET_WITHIN)
        settled = monotonic() - over
        members = {partner.code: await _caught_up(partner) for partner in partners}
        return Evidence(
            ledger=lives[0].company.founder.society.ledger,
            settled=settled,
            sights=await asyncio.gather(*map(_seen, lives)),
            partners=partners,
            members=members,
            lacks=found.lacks,
            flaws=await asyncio.to_thread(_flaws, services),
            messages=await asyncio.to_thread(_journalled, services),
        )


async def _caught_up(partner: Partner) -> dict[str, Json]:
    """The members in a partner's feed, once it has read the same from its topic."""
    members: dict[str, Json] = {}

    async def same() -> bool:
        members.clear()
        members.update(await partner.snapshot())
        return members == partner.from_topic

    try:
        await until(same, QUIET_WITHIN, BETWEEN_LOOKS)
    except AssertionError:
        raise AssertionError(
            f"{partner.code} has {partner.from_topic} on its topic and {members} in its feed"
        ) from None
    await partner.read()
    return members


async def _seen(life: Life) -> Sight:
    company = life.company
    return Sight(
        life=life,
        dashboard=await life.reads(COMPANY),
        company=await company.founder.sees(company.path),
        consents=await company.founder.sees(f"{company.path}/consents"),
        case=await life.reads(CASE),
        membership=await life.staff.reviewer.sees(f"review/memberships/{company.id}"),
        journal=await _journal(life),
    )


async def _journal(life: Life) -> list[Json]:
    """The journalled lives of everything about a company, in every service."""
    applications = [
        str(uuid5(UUID(life.company.id), f"application/{number + 1}")) for number in range(life.applications)
    ]
    read = [
        f"{service}/operations/lives/{aggregate_id}"
        for service in SERVICES
        for aggregate_id in (life.company.id, *applications)
    ]
    return [entry for each in await asyncio.gather(*map(life.staff.operator.sees, read)) for entry in each]


def _flaws(services: Services) -> list[Json]:
    return [flaw for service in SERVICES for flaw in services.get(service, "/operations/journal/verification")["flaws"]]


def _journalled(services: Services) -> list[Json]:
    return [message for service in SERVICES for message in _journalled_by(services, service)]


def _journalled_by(services: Services, service: str) -> Iterator[Json]:
    after = ""
    while page := services.get(service, "/operations/journal/messages", after=after):
        yield from page
        after = page[-1]["after"]
