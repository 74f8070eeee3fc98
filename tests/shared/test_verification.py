"""What is stored proves itself: an altered, removed or invented fact is found, and so is an unconsumed message."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.bus.reconciliation import UnconsumedMessage, unconsumed
from shared.store.client import Database
from shared.store.documents import RESTORED
from shared.store.journal import chained
from shared.verification import Flaw, seal, verify
from tests.support.builders.toys import COMPANY, SUBSCRIPTIONS, announce
from tests.support.servers.kernel import Toys, enveloped, record_of

ONE = str(COMPANY)
SOURCE = "/intake/companies"


async def announced_thrice(toy: Toys) -> None:
    """Three facts, two of them relayed."""
    for _ in range(3):
        await toy.tallies.handle(ONE, announce(), enveloped())
    outbox = (await toy.tallies.documents.outboxes([ONE]))[ONE]
    await toy.journal.append([{"source": SOURCE, "subject": ONE, **entry} for entry in outbox[:2]])
    await toy.tallies.documents.pull({ONE: [1, 2]})


async def flaws(toy: Toys) -> list[Flaw]:
    return [flaw async for flaw in verify(toy.tallies, toy.journal) if flaw]


def test_the_hash_of_a_fact_is_for_ever() -> None:
    message = {"topic": "t", "key": "k", "headers": [["a", "é"]], "value": "ö"}
    entry = {
        "sequence": 3,
        "at": datetime(2026, 1, 1, tzinfo=UTC),
        "actor": {"subject": "ü", "role": "a"},
        "fact": '{"é":1}',
        "cause": None,
    }
    assert (
        chained("é", {**entry, "message": message})
        == "6cb36836927dcc3c44800c292d2aae2405a756afc1c2e1eaae630befc975b1d2"
    )


async def test_a_life_half_journalled_and_half_waiting_holds(toy: Toys) -> None:
    await announced_thrice(toy)
    assert await flaws(toy) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            {
                "$set": {
                    "fact": '{"v":1,"kind":"announced","company":"00000000-0000-4000-8000-000000000009","number":1}'
                }
            },
            "journal_altered",
        ),
        ({"$set": {"actor.subject": "somebody else"}}, "journal_altered"),
        ({"$set": {"message.value": "{}"}}, "journal_altered"),
        ({"$set": {"hash": "0" * 64}}, "journal_altered"),
    ],
)
async def test_an_altered_fact_is_found(toy: Toys, database: Database, change: dict[str, Any], code: str) -> None:
    await announced_thrice(toy)
    await database["journal"].update_one({"_id": f"{SOURCE}/{ONE}/2"}, change)
    assert await flaws(toy) == [Flaw(collection="companies", id=ONE, code=code)]


@pytest.mark.parametrize(("sequence", "code"), [(1, "journal_altered"), (2, "journal_altered")])
async def test_a_removed_fact_is_found(toy: Toys, database: Database, sequence: int, code: str) -> None:
    await announced_thrice(toy)
    await database["journal"].delete_one({"_id": f"{SOURCE}/{ONE}/{sequence}"})
    assert [flaw.code for flaw in await flaws(toy)] == [code]


async def test_the_loss_of_the_last_fact_is_found(toy: Toys) -> None:
    await announced_thrice(toy)
    await toy.tallies.documents.pull({ONE: [3]})
    assert [flaw.code for flaw in await flaws(toy)] == ["journal_incomplete"]


async def test_a_state_that_is_not_the_fold_is_found(toy: Toys, database: Database) -> None:
    await announced_thrice(toy)
    await database["companies"].update_one({"_id": ONE}, {"$set": {"state.number": 7}})
    assert [flaw.code for flaw in await flaws(toy)] == ["state_unlike_fold"]


async def test_the_seal_changes_with_any_head_and_with_nothing_else(toy: Toys, database: Database) -> None:
    await announced_thrice(toy)
    before = await seal(toy.journal)
    assert await seal(toy.journal) == before

    await database["journal"].delete_one({"_id": f"{SOURCE}/{ONE}/2"})
    assert await seal(toy.journal) != before


async def test_what_was_published_and_not_consumed_is_found(toy: Toys) -> None:
    await toy.inbox.handle([record_of(1), record_of(2), record_of(1, publisher="q")])

    published = [record_of(1), record_of(2), record_of(3), record_of(1, publisher="q")]
    found = await unconsumed(published, SUBSCRIPTIONS, {"ledgers": toy.ledgers})

    assert found == [UnconsumedMessage(collection="ledgers", id=ONE, publisher=f"{SOURCE}/p", published=3, consumed=2)]


async def test_a_life_is_read_in_order(toy: Toys) -> None:
    await announced_thrice(toy)
    await toy.journal.supersede([{"source": SOURCE, "subject": ONE, "sequence": 2}])
    await toy.journal.supersede([{"source": SOURCE, "subject": ONE, "sequence": 2}])

    life = await toy.journal.of(SOURCE, ONE)
    assert [(entry.sequence, entry.fact["number"], entry.superseded) for entry in life] == [(1, 1, False), (2, 2, True)]
    assert {(entry.topic, entry.type) for entry in life} == {("pip.application", "pip.ApplicationWithdrawn.v1")}


async def test_a_restored_aggregate_goes_on_under_new_numbers_and_holds(toy: Toys) -> None:
    await announced_thrice(toy)
    await toy.tallies.documents.raise_sequences()
    await toy.tallies.handle(ONE, announce(), enveloped())

    assert await flaws(toy) == []
    assert (await toy.tallies.read(ONE)).sequence == RESTORED + 4
    assert [entry["sequence"] for entry in (await toy.tallies.documents.outboxes([ONE]))[ONE]] == [3, RESTORED + 4]


async def test_messages_are_paged_in_order(toy: Toys) -> None:
    await announced_thrice(toy)
    first = await toy.journal.messages("", 5, 10)
    second = await toy.journal.messages(first[-1]["_id"], 5, 1_000_000)
    assert [entry["sequence"] for entry in first] == [1]
    assert [entry["sequence"] for entry in (*first, *second)] == [1, 2]
