"""What a partner reads over HTTP, on a real database: first its current members, then every change to them."""

import json
from base64 import urlsafe_b64decode
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.mra_exchange.domain.disclosure import DisclosureCommand, decider
from services.mra_exchange.views.changes import (
    Cursor,
    LatestChange,
    SharingEnded,
    changes,
    latest_changes,
    opened_cursor,
    second_of,
)
from services.mra_exchange.views.members import INDEXES, Disclosures, Filter, member, members
from shared.contracts.pip_id import pip_id
from shared.contracts.types import Administration
from shared.errors import Refused
from shared.handling import Aggregate
from shared.relays import Relays
from shared.store.client import Database
from shared.store.documents import Documents
from tests.support.builders.mra_exchange import CATALOGUE, after, consent, consents, membership, profile
from tests.support.servers.kernel import enveloped

BOREAL, CASTOR, DELTA = (UUID(int=number, version=4) for number in range(1, 4))
SECOND = 1 / 3600


@pytest.fixture
async def disclosures(database: Database) -> Disclosures:
    documents = Documents(database, "disclosures")
    await documents.prepare(indexes=INDEXES)
    return Aggregate(decider(CATALOGUE), documents, Relays())


async def live(disclosures: Disclosures, company: UUID, *commands: DisclosureCommand) -> None:
    for command in commands:
        await disclosures.handle(str(company), command, enveloped())


async def join(disclosures: Disclosures, company: UUID, *partners: Administration, hours: float = 0) -> None:
    """A company becomes a member that has consented to inform these partners."""
    given = consents(hours, *(consent(partner, hours) for partner in partners))
    await live(disclosures, company, profile(hours), given, membership(hours, company=company))


async def round_of(
    disclosures: Disclosures, token: str | None, at: datetime, limit: int = 100
) -> tuple[list[tuple[str, int, bool]], str]:
    """All pages of one round: (PIP number, n, whether ended) of each change, and the cursor for the next round."""
    page = await changes(disclosures, "US", opened_cursor(token, at), limit)
    read = [*page.changes]
    while page.more:
        page = await changes(disclosures, "US", opened_cursor(page.next, at), limit)
        read += page.changes
    return [(change.pip, change.n, isinstance(change, SharingEnded)) for change in read], page.next


async def test_members_are_read_page_by_page_and_only_ones_own(disclosures: Disclosures) -> None:
    await join(disclosures, BOREAL, "US")
    await join(disclosures, CASTOR, "US", "JP")
    await join(disclosures, DELTA, "JP")
    first = await members(disclosures, "US", Filter(limit=1))
    second = await members(disclosures, "US", Filter(limit=1, after=first.next))
    third = await members(disclosures, "US", Filter(limit=1, after=second.next))
    assert [record.identifiers.pip for record in (*first.members, *second.members)] == sorted(
        pip_id(str(company)) for company in (BOREAL, CASTOR)
    )
    assert (third.members, third.next) == ((), None)


async def test_a_member_is_found_by_its_number(disclosures: Disclosures) -> None:
    await join(disclosures, BOREAL, "US")
    assert (await member(disclosures, "US", pip_id(str(BOREAL)))).status == "AUTHORISED"


async def test_never_not_consented_and_ended_are_refused_alike(disclosures: Disclosures) -> None:
    await join(disclosures, BOREAL, "US")
    await live(disclosures, BOREAL, consents(1))
    await join(disclosures, CASTOR, "JP")
    for pip in ("CAPIPNOBODY", pip_id(str(CASTOR)), pip_id(str(BOREAL))):
        with pytest.raises(Refused) as refused:
            await member(disclosures, "US", pip)
        assert (refused.value.code, refused.value.field, refused.value.details) == ("not_found", None, ())


async def test_the_beginning_has_current_members_alone(disclosures: Disclosures) -> None:
    await join(disclosures, BOREAL, "US")
    await join(disclosures, CASTOR, "US")
    await live(disclosures, BOREAL, consents(1))
    read, _ = await round_of(disclosures, None, after(1))
    assert read == [(pip_id(str(CASTOR)), 1, False)]


async def test_a_change_is_read_as_the_member_is_now(disclosures: Disclosures) -> None:
    await join(disclosures, BOREAL, "US")
    await join(disclosures, CASTOR, "US")
    _, cursor = await round_of(disclosures, None, after(1))
    await live(disclosures, CASTOR, membership(2, "suspended", company=CASTOR), membership(3, company=CASTOR))
    await live(disclosures, BOREAL, consents(4))
    read, _ = await round_of(disclosures, cursor, after(5))
    assert read == [(pip_id(str(CASTOR)), 3, False), (pip_id(str(BOREAL)), 2, True)]


async def test_changes_of_one_moment_are_read_once_however_small_the_pages(disclosures: Disclosures) -> None:
    companies = [UUID(int=number, version=4) for number in range(10, 17)]
    for company in companies:
        await join(disclosures, company, "US")
    read, _ = await round_of(disclosures, None, after(0), limit=2)
    assert sorted(read) == sorted((pip_id(str(company)), 1, False) for company in companies)


async def test_what_a_slower_replica_wrote_behind_the_cursor_is_read_in_the_next_round(
    disclosures: Disclosures,
) -> None:
    await join(disclosures, CASTOR, "US", hours=1)
    _, cursor = await round_of(disclosures, None, after(1))
    await join(disclosures, BOREAL, "US", hours=1 - 59 * SECOND)
    read, _ = await round_of(disclosures, cursor, after(1 + SECOND))
    assert read == [(pip_id(str(BOREAL)), 1, False), (pip_id(str(CASTOR)), 1, False)]


async def test_a_member_that_ends_while_the_beginning_is_read_ends_in_the_next_round(disclosures: Disclosures) -> None:
    await join(disclosures, BOREAL, "US")
    await join(disclosures, CASTOR, "US", hours=0.1)
    page = await changes(disclosures, "US", opened_cursor(None, after(1)), 1)
    await live(disclosures, BOREAL, consents(1 + SECOND))
    _, cursor = await round_of(disclosures, page.next, after(2))
    read, _ = await round_of(disclosures, cursor, after(3))
    assert read == [(pip_id(str(BOREAL)), 2, True)]


async def test_in_quiet_times_nothing_is_read_again(disclosures: Disclosures) -> None:
    await join(disclosures, BOREAL, "US")
    _, cursor = await round_of(disclosures, None, after(1))
    assert (await round_of(disclosures, cursor, after(2)))[0] == []


async def test_a_cursor_lasts_as_long_as_ends_are_kept(disclosures: Disclosures) -> None:
    _, cursor = await round_of(disclosures, None, after(0))
    assert opened_cursor(cursor, after(0) + timedelta(days=29))
    with pytest.raises(Refused) as refused:
        opened_cursor(cursor, after(0) + timedelta(days=30))
    assert refused.value.code == "cursor_expired"


def test_no_cursor_reaches_behind_the_ends_that_are_kept() -> None:
    """Not even one that a partner makes up."""
    made_up = Cursor(read="", again=second_of(after(0)))
    with pytest.raises(Refused) as refused:
        opened_cursor(made_up.token(), after(0))
    assert refused.value.code == "cursor_expired"
    assert opened_cursor(made_up.model_copy(update={"members_only": True}).token(), after(0)).members_only


@pytest.mark.parametrize("token", ["", "%", "é", "bm90IGpzb24=", "eyJyZWFkIjogMX0="])
def test_a_cursor_that_is_none_is_refused(token: str) -> None:
    with pytest.raises(Refused) as refused:
        opened_cursor(token, after(0))
    assert (refused.value.code, refused.value.field) == ("malformed", "after")


async def test_a_cursor_shows_a_partner_its_own_members_alone(disclosures: Disclosures) -> None:
    await join(disclosures, BOREAL, "US", "JP")
    await join(disclosures, CASTOR, "JP", hours=1)
    page = await changes(disclosures, "US", opened_cursor(None, after(2)), 1)
    cursor = json.loads(urlsafe_b64decode(page.next))
    assert cursor == {
        "read": second_of(after(SECOND)),
        "again": second_of(after(2 - 60 * SECOND)),
        "members_only": True,
    }


async def test_no_cursor_has_parts_of_a_second(disclosures: Disclosures) -> None:
    """Whichever page it is of, and whenever it was asked for."""
    for number in range(5):
        await join(disclosures, UUID(int=number, version=4), "US", hours=number * 0.4 * SECOND)
    tokens: list[str | None] = [None]
    for limit in (1, 2, 3, 100):
        for token in [*tokens]:
            page = await changes(disclosures, "US", opened_cursor(token, after(1.0001)), limit)
            tokens.append(page.next)
    read = [urlsafe_b64decode(token).decode() for token in tokens if token]
    assert [cursor for cursor in read if "." in cursor or "CAPIP" in cursor] == []


async def test_a_cursor_of_before_with_its_parts_of_a_second_is_read(disclosures: Disclosures) -> None:
    await join(disclosures, BOREAL, "US")
    await join(disclosures, CASTOR, "US", hours=1)
    of_before = Cursor(read=f"{after(0).isoformat(timespec='milliseconds')}/{pip_id(str(BOREAL))}").token()
    read, _ = await round_of(disclosures, of_before, after(2))
    assert read == [(pip_id(str(CASTOR)), 1, False)]


async def test_every_page_is_one_query_by_an_index(disclosures: Disclosures, database: Database) -> None:
    await join(disclosures, BOREAL, "US")
    await database.command("profile", 2)
    await members(disclosures, "US", Filter())
    await member(disclosures, "US", pip_id(str(BOREAL)))
    await changes(disclosures, "US", opened_cursor(None, after(1)), 10)
    await database.command("profile", 0)
    found = await database["system.profile"].find({"op": "query", "ns": f"{database.name}.disclosures"}).to_list(None)
    assert [(profiled["planSummary"].split()[0], profiled.get("hasSortStage", False)) for profiled in found] == [
        ("IXSCAN", False)
    ] * 3


@pytest.mark.parametrize("limit", [1, 2, 100])
async def test_latest_changes_are_read_once_from_the_last_to_the_first_however_small_the_pages(
    disclosures: Disclosures, limit: int
) -> None:
    companies = [UUID(int=number, version=4) for number in range(10, 17)]
    for number, company in enumerate(companies):
        await join(disclosures, company, "US", hours=number // 3)
    await live(disclosures, companies[0], consents(5))
    await join(disclosures, BOREAL, "JP")
    read = await latest_of(disclosures, after(6), limit)
    assert len(read) == len({change.pip for change in read}) == len(companies)
    assert [change.at for change in read] == sorted((change.at for change in read), reverse=True)
    assert [(change.pip, change.record) for change in read[:1]] == [(pip_id(str(companies[0])), None)]
    assert {change.at.microsecond for change in read} == {0}


async def test_latest_changes_are_kept_as_long_as_ends_are(disclosures: Disclosures) -> None:
    await join(disclosures, BOREAL, "US")
    assert len(await latest_of(disclosures, after(30 * 24), 10)) == 1
    assert await latest_of(disclosures, after(30 * 24 + 1), 10) == []


async def latest_of(disclosures: Disclosures, at: datetime, limit: int) -> list[LatestChange]:
    """All pages."""
    page = await latest_changes(disclosures, "US", at, None, limit)
    read = [*page.changes]
    while page.next:
        page = await latest_changes(disclosures, "US", at, page.next, limit)
        read += page.changes
    return read
