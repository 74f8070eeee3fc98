"""Drafts in the database: one a person and form, bounded, and gone after thirty days."""

import asyncio
from datetime import datetime, timedelta

import pytest

from shared.clock import now
from shared.errors import Refused
from shared.store.client import Database
from shared.store.drafts import KEPT_FOR, MOST_CHARACTERS, MOST_OF_A_PERSON, Draft, Drafts

FIELDS = {"address.city": ("Guelph", ""), "$where": ("1",), "": ("a\u0000b",), "none": ()}


def draft(at: datetime | None = None, **fields: str) -> Draft:
    return Draft({name: (value,) for name, value in fields.items()}, "seen", at or now())


@pytest.fixture
async def drafts(database: Database) -> Drafts:
    made = Drafts(database)
    await made.prepare()
    return made


async def test_a_draft_is_found_by_its_person_and_form_as_it_was_typed(drafts: Drafts) -> None:
    kept = Draft(FIELDS, "digests", now())
    await drafts.keep("ann", "profile/c1/", "k1", kept)
    assert await drafts.find("ann", "profile/c1/") == kept
    assert await drafts.find("ann", "profile/c2/") is None
    assert await drafts.find("bob", "profile/c1/") is None


async def test_a_later_draft_replaces_the_earlier_one_and_an_erased_one_is_gone(drafts: Drafts) -> None:
    for city in ("Guelph", "Thunder Bay"):
        await drafts.keep("ann", "profile", "k1", draft(city=city))
    found = await drafts.find("ann", "profile")
    assert found
    assert found.fields == {"city": ("Thunder Bay",)}
    for _ in range(2):
        await drafts.erase("ann", "profile", "k2")
    assert await drafts.find("ann", "profile") is None


async def test_a_person_has_so_many_and_none_is_lost_for_another(drafts: Drafts) -> None:
    for number in range(MOST_OF_A_PERSON):
        await drafts.keep("ann", f"form {number}", "k1", draft(text=str(number)))
    with pytest.raises(Refused, match="too_many_drafts"):
        await drafts.keep("ann", "one too many", "k1", draft(text="x"))
    await drafts.keep("ann", "form 0", "k1", draft(text="changed"))
    await drafts.keep("bob", "form 0", "k1", draft(text="x"))
    assert all([await drafts.find("ann", f"form {number}") for number in range(MOST_OF_A_PERSON)])


async def test_a_save_that_comes_after_its_form_was_sent_is_no_draft(drafts: Drafts) -> None:
    await drafts.keep("ann", "profile", "k1", draft(text="typed"))
    await drafts.erase("ann", "profile", "k1")
    await drafts.keep("ann", "profile", "k1", draft(text="late"))
    assert await drafts.find("ann", "profile") is None
    await drafts.keep("ann", "profile", "k2", draft(text="of the next page"))
    assert await drafts.find("ann", "profile")


async def test_saves_side_by_side_are_all_taken(drafts: Drafts) -> None:
    saves = [drafts.keep("ann", f"form {number // 4}", "k1", draft(text="x")) for number in range(40)]
    await asyncio.gather(*saves)
    assert all([await drafts.find("ann", f"form {number}") for number in range(10)])


async def test_what_was_sent_counts_no_longer(drafts: Drafts) -> None:
    for number in range(MOST_OF_A_PERSON):
        await drafts.erase("ann", f"form {number}", "k1")
    await drafts.keep("ann", "profile", "k1", draft(text="x"))


async def test_a_draft_that_is_too_large_replaces_nothing(drafts: Drafts) -> None:
    await drafts.keep("ann", "profile", "k1", draft(text="short"))
    with pytest.raises(Refused, match="too_large"):
        await drafts.keep("ann", "profile", "k1", draft(text="x" * MOST_CHARACTERS))
    found = await drafts.find("ann", "profile")
    assert found
    assert found.fields == {"text": ("short",)}


async def test_the_database_erases_what_is_thirty_days_old(drafts: Drafts, database: Database) -> None:
    await drafts.keep("ann", "profile", "k1", draft(now() - timedelta(days=31), text="x"))
    index = (await database["drafts"].index_information())["at_1"]
    assert index["expireAfterSeconds"] == KEPT_FOR.total_seconds() == timedelta(days=30).total_seconds()
    [stored] = await database["drafts"].find({}).to_list(None)
    assert isinstance(stored["at"], datetime)
