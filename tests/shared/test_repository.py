"""Lists in an order of their own, page by page; and names found by how they begin."""

from base64 import urlsafe_b64encode
from uuid import UUID

import pytest

from shared.errors import Refused
from shared.store.client import Database
from shared.store.documents import beginning_with
from shared.store.reading import Listing
from tests.support.builders.toys import announce
from tests.support.servers.kernel import Toys, enveloped

ORDER = "state.padding"
FOREIGN = (b"7", b'["a"]', b'[{"$gt": ""}, "b"]', b'["\\ud800", "b"]', b"\xff")
NAMES = ("Québec Express", "quebec lines", "QUEBEC", "Queen's Freight", "Quai 9", "Zéphyr", "zephyr 2")


async def handled(toy: Toys, *paddings: str) -> None:
    for number, padding in enumerate(paddings):
        await toy.tallies.handle(str(UUID(int=number)), announce(UUID(int=number), padding=padding), enveloped())


async def pages(toy: Toys, limit: int) -> list[tuple[str, str]]:
    """The field and id of all, page by page; no page but the first is empty."""
    read: list[tuple[str, str]] = []
    after = None
    while True:
        page = await toy.tallies.page({}, sort=ORDER, limit=limit, after=after)
        assert len(page.snapshots) <= limit
        assert page.snapshots
        read += [(snapshot.state.padding, snapshot.id) for snapshot in page.snapshots]
        if (after := page.next) is None:
            return read


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 50])
async def test_all_are_read_in_order_of_the_field_and_then_of_their_ids(toy: Toys, limit: int) -> None:
    await handled(toy, "c", "a", "b", "a", "c", "a")

    expected = (("a", 1), ("a", 3), ("a", 5), ("b", 2), ("c", 0), ("c", 4))
    assert await pages(toy, limit) == [(padding, str(UUID(int=number))) for padding, number in expected]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
async def test_all_are_read_in_order_of_their_ids_where_no_field_is_named(toy: Toys, limit: int) -> None:
    await handled(toy, "c", "a", "b")

    read: list[str] = []
    after = None
    while len(read) < 3:
        page = await toy.tallies.page({}, limit=limit, after=after)
        read += [snapshot.id for snapshot in page.snapshots]
        after = page.next
    assert read == [str(UUID(int=number)) for number in range(3)]
    assert after is None


async def test_what_moves_on_meanwhile_is_not_lost(toy: Toys) -> None:
    await handled(toy, "a", "b", "c")
    first = await toy.tallies.page({}, sort=ORDER, limit=1)
    await toy.tallies.handle(str(UUID(int=1)), announce(UUID(int=1), padding="z"), enveloped())

    rest = await toy.tallies.page({}, sort=ORDER, limit=5, after=first.next)
    assert [snapshot.state.padding for snapshot in rest.snapshots] == ["bz", "c"]


@pytest.mark.parametrize("cursor", ["", "me", "é", *(urlsafe_b64encode(text).decode() for text in FOREIGN)])
async def test_a_foreign_cursor_is_refused(toy: Toys, cursor: str) -> None:
    with pytest.raises(Refused, match="malformed"):
        await toy.tallies.page({}, sort=ORDER, limit=1, after=cursor)


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("quebec", {"Québec Express", "quebec lines", "QUEBEC"}),
        ("QUÉBEC  E", {"Québec Express"}),
        ("queens", {"Queen's Freight"}),
        ("Queen\u2019s-Fr", {"Queen's Freight"}),
        ("\u201cQuai\u201d\u00a09", {"Quai 9"}),
        ("que", {"Québec Express", "quebec lines", "QUEBEC", "Queen's Freight"}),
        ("Z", {"Zéphyr", "zephyr 2"}),
        ("ebec", set()),
        ("$", set()),
    ],
)
async def test_a_name_is_found_by_how_it_begins_whatever_its_case_accents_and_punctuation(
    toy: Toys, prefix: str, found: set[str]
) -> None:
    await handled(toy, *NAMES)

    page = await toy.tallies.page({ORDER: beginning_with(prefix)}, sort=ORDER, limit=50, folded=True)
    assert {snapshot.state.padding for snapshot in page.snapshots} == found


async def test_a_name_is_found_by_its_index(toy: Toys, database: Database) -> None:
    await toy.tallies.documents.prepare(names=[ORDER])
    await handled(toy, *NAMES)

    await database.command({"profile": 2})
    await toy.tallies.page({ORDER: beginning_with("queb")}, sort=ORDER, limit=50, folded=True)
    await database.command({"profile": 0})

    profiled = await database["system.profile"].find_one({"command.find": "companies"})
    assert profiled is not None
    assert (profiled["planSummary"][:6], profiled["docsExamined"]) == ("IXSCAN", 3)


async def test_one_stored_text_is_read_without_the_rest(toy: Toys) -> None:
    await toy.tallies.handle("known", announce(), enveloped())
    assert await toy.tallies.stored("known", "_id") == "known"
    assert await toy.tallies.stored("known", "state.number") == "1"


@pytest.mark.parametrize(
    ("aggregate_id", "path"), [("nobody", "_id"), ("known", "state.colour"), ("known", "state.number.of")]
)
async def test_a_text_that_is_not_stored_is_not_found(toy: Toys, aggregate_id: str, path: str) -> None:
    await toy.tallies.handle("known", announce(), enveloped())
    with pytest.raises(Refused, match="not_found"):
        await toy.tallies.stored(aggregate_id, path)


async def test_ids_of_what_matches_are_walked_in_order(toy: Toys) -> None:
    for name in ("a", "b", "c"):
        await toy.tallies.handle(name, announce(), enveloped())
    await toy.tallies.handle("b", announce(), enveloped())
    matching = {"state.number": {"$in": [None, 1]}}
    assert await toy.tallies.documents.ids("", 1, matching) == ["a"]
    assert await toy.tallies.documents.ids("a", 9, matching) == ["c"]


async def test_of_a_long_list_some_fields_alone_are_read_page_by_page(toy: Toys) -> None:
    await handled(toy, "b", "a", "c")
    listing = Listing({}, ORDER)
    first = await toy.tallies.rows(listing, (), limit=2)
    rest = await toy.tallies.rows(listing, (), limit=2, after=first.next)
    assert (*first.rows, *rest.rows) == ({"padding": "a"}, {"padding": "b"}, {"padding": "c"})
    assert rest.next is None


async def test_what_matches_is_counted(toy: Toys) -> None:
    await handled(toy, "a", "b", "a")
    assert await toy.tallies.count({ORDER: "a"}) == 2
