"""Arrangements begin and end when the service is started with the catalogue of another release."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date
from uuid import UUID, uuid4

import pytest

from services.mra_exchange import main
from shared.contracts.catalogue import Catalogue
from shared.contracts.intake import CompanyUsersChanged, UserRole
from shared.store.client import Database
from tests.support.builders.mra_exchange import CATALOGUE, with_arrangements
from tests.support.builders.packages import COMPANY
from tests.support.builders.review import declared
from tests.support.builders.sharing import consented, gone, logged, member, member_path, partner, partner_records
from tests.support.servers.backing import Broker
from tests.support.servers.bus import until
from tests.support.servers.served import Served, at_work
from tests.support.servers.serving import Issuer

LAPSED = (date(2008, 6, 1), date(2020, 1, 1))
Release = Callable[[Catalogue], AbstractAsyncContextManager[Served]]


@pytest.fixture
def release(
    broker: Broker, mongo_url: str, issuer: Issuer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Release:
    """Starts the service with a catalogue, on the data of the release before."""

    @asynccontextmanager
    async def started(catalogue: Catalogue) -> AsyncIterator[Served]:
        monkeypatch.setattr(main, "load", lambda: catalogue)
        async with at_work("mra_exchange", broker, mongo_url, issuer, database.name) as served:
            yield served

    return started


async def test_an_arrangement_that_begins_and_ends_with_a_release_is_published_and_the_log_gives_the_reason(
    release: Release,
) -> None:
    company = uuid4()
    async with release(with_arrangements("not yet", AU=LAPSED)) as mra_exchange:
        owner = UserRole(subject=mra_exchange.person("maude").urn, role="account_owner")
        for event in (CompanyUsersChanged(company_id=COMPANY, users=(owner,)), declared(), consented("AU"), member()):
            await mra_exchange.consumes(company, event)
        await noted(mra_exchange, company, 3)
        assert await partner(mra_exchange, "AU").refused(f"GET {member_path(company)}") == "404 not_found"

    async with release(CATALOGUE) as mra_exchange:
        await partner(mra_exchange, "AU").sees(member_path(company), status="AUTHORISED")

    async with release(with_arrangements("no longer", AU=LAPSED)) as mra_exchange:
        await gone(partner(mra_exchange, "AU"), member_path(company))
        ended, begun = await logged(mra_exchange.person("maude"), company, 2)
        assert (begun["kind"], begun["cause"]) == ("record_shared", "arrangement_begun")
        assert (ended["kind"], ended["cause"]) == ("sharing_stopped", "arrangement_ended")
        assert [record.value is None for record in await partner_records(mra_exchange, "AU", company, 2)] == [
            False,
            True,
        ]


async def noted(mra_exchange: Served, company: UUID, times: int) -> None:
    """Waits until so many facts of the company are journalled."""
    olga = mra_exchange.person("olga", "operator")

    async def so_many() -> bool:
        return len((await olga.asks(f"GET /operations/journal/disclosures/{company}")).json()) == times

    await until(so_many)
