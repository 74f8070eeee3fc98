"""One command, one document, one write: whatever is lost, repeated or raced, its effect happens once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from shared import handling
from shared.contracts.topics import limit_of
from shared.errors import Refused, Unavailable
from shared.handling import Aggregate, RepeatedReceipt
from shared.store.changes import Change
from shared.store.client import Database, connect
from shared.store.documents import Documents
from shared.verification import verify
from tests.support.builders.toys import ANN, COMPANY, NOON, OTHER, Announce, announce
from tests.support.servers.kernel import Toys, enveloped, toys

ONE = str(COMPANY)


async def numbers(toy: Toys) -> list[int]:
    return [entry["sequence"] for entry in (await toy.tallies.documents.outboxes([ONE])).get(ONE, [])]


async def answered(toy: Toys) -> list[str]:
    return [answer["id"] for answer in (await toy.tallies.documents.load_one(ONE)).idempotency_keys]


async def test_state_outbox_and_inbox_are_one_document_and_one_write(toy: Toys) -> None:
    receipt = await toy.tallies.handle(ONE, announce(), enveloped("key"))

    document = await toy.tallies.documents.load_one(ONE)
    (entry,) = (await toy.tallies.documents.outboxes([ONE]))[ONE]
    assert (document.version, document.sequence, receipt.sequence) == (1, 1, 1)
    assert document.state == {"v": 1, "number": 1, "padding": "", "wake_at": None, "rung_at": None}
    assert entry["message"]["topic"] == "pip.application"
    assert document.journal_head == entry["hash"]
    assert document.idempotency_keys[0]["id"] == "key"
    assert toy.notified == [("companies", ONE)]


async def test_a_repeated_command_answers_as_the_first_time_did(toy: Toys) -> None:
    first = await toy.tallies.handle(ONE, announce(), enveloped("key"))
    await toy.tallies.handle(ONE, announce(), enveloped("other"))

    assert await toy.tallies.handle(ONE, announce(), enveloped("key")) == RepeatedReceipt(**dict(first))
    assert await numbers(toy) == [1, 2]


async def test_a_command_id_with_another_body_is_refused(toy: Toys) -> None:
    await toy.tallies.handle(ONE, announce(), enveloped("key"))

    with pytest.raises(Refused, match="key_reused"):
        await toy.tallies.handle(ONE, announce(), enveloped("key", digest="another"))
    assert await numbers(toy) == [1]


async def test_the_same_key_of_two_people_is_two_commands(toy: Toys) -> None:
    await toy.tallies.handle(ONE, announce(), enveloped("key"))
    await toy.tallies.handle(ONE, announce(), enveloped("key", subject="bob"))

    assert await numbers(toy) == [1, 2]


async def test_a_refusal_is_not_kept(toy: Toys) -> None:
    with pytest.raises(Refused, match="not_found"):
        await toy.tallies.handle(ONE, announce(padding="refuse me"), enveloped("key"))

    assert (await toy.tallies.documents.load_one(ONE)).version == 0
    assert (await toy.tallies.handle(ONE, announce(), enveloped("key"))).sequence == 1


async def test_what_is_already_so_writes_nothing(toy: Toys) -> None:
    await toy.tallies.handle(ONE, announce(), enveloped())
    receipt = await toy.tallies.handle(ONE, announce(padding="already so"), enveloped())

    assert receipt.sequence == 1
    assert (await toy.tallies.documents.load_one(ONE)).version == 1


async def test_a_stale_if_match_changes_nothing(toy: Toys) -> None:
    await toy.tallies.handle(ONE, announce(), enveloped())

    with pytest.raises(Refused, match="stale"):
        await toy.tallies.handle(ONE, announce(), enveloped(expected_sequences=frozenset({7})))
    assert (await toy.tallies.handle(ONE, announce(), enveloped(expected_sequences=frozenset({1})))).sequence == 2


async def test_a_refusal_comes_before_a_stale_if_match(toy: Toys) -> None:
    """To whom a thing does not exist, its ETag betrays nothing of it either (RFC 9110, 13.2.1)."""
    await toy.tallies.handle(ONE, announce(), enveloped())

    with pytest.raises(Refused, match="not_found"):
        await toy.tallies.handle(ONE, announce(padding="refuse me"), enveloped(expected_sequences=frozenset({7})))


async def test_many_at_once_each_take_effect_once_and_in_one_order(toy: Toys, database: Database) -> None:
    instances = [toys(database).tallies for _ in range(4)]

    await asyncio.gather(*(instance.handle(ONE, announce(), enveloped()) for instance in (*instances, *instances)))

    assert await numbers(toy) == list(range(1, 9))
    assert (await toy.tallies.read(ONE)).state.number == 8


class Counted(Documents):
    """A database that counts how often it is asked to write."""

    writes = 0

    async def write(self, change: Change) -> None:
        self.writes += 1
        await super().write(change)


async def test_commands_of_one_process_take_turns_instead_of_losing_races(toy: Toys, database: Database) -> None:
    counted = Counted(database, "companies")
    tallies = Aggregate(toy.tallies.decider, counted, toy.tallies.relays)

    await asyncio.gather(*(tallies.handle(ONE, announce(), enveloped()) for _ in range(8)))

    assert counted.writes == 8


class TimesOut(Documents):
    """A database whose first write succeeds, though its answer never comes."""

    answered = False

    async def write(self, change: Change) -> None:
        await super().write(change)
        if not self.answered:
            self.answered = True
            raise Unavailable("database_unavailable")


async def test_a_time_out_after_the_write_takes_effect_once(toy: Toys, database: Database) -> None:
    slow = Aggregate(toy.tallies.decider, TimesOut(database, "companies"), toy.tallies.relays)

    receipt = await slow.handle(ONE, announce(), enveloped())

    assert (receipt.sequence, await numbers(toy)) == (1, [1])


async def test_what_must_be_unique_is_refused_over_http(toy: Toys) -> None:
    await toy.tallies.documents.prepare(unique=["state.padding"])
    await toy.tallies.handle(ONE, announce(padding="same"), enveloped())

    with pytest.raises(Refused, match="business_number_taken"):
        await toy.tallies.handle(str(OTHER), announce(OTHER, padding="same"), enveloped())


async def test_a_message_of_its_bound_is_taken_and_one_byte_more_refused(toy: Toys) -> None:
    await toy.tallies.handle(ONE, announce(padding="x"), enveloped("key 1"))
    (entry,) = (await toy.tallies.documents.outboxes([ONE]))[ONE]
    message = entry["message"]
    headers = sum(len(name) + len(value) for name, value in message["headers"])
    most = limit_of("pip.application") - len(message["key"]) - len(message["value"]) - headers + 1

    with pytest.raises(Refused, match="package_too_large"):
        await toy.tallies.handle(ONE, announce(padding="x" * (most + 1)), enveloped("key 2"))
    assert (await toy.tallies.handle(ONE, announce(padding="x" * most), enveloped("key 3"))).sequence == 2


async def test_a_full_outbox_answers_that_it_is_full(toy: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    await toy.tallies.handle(ONE, announce(padding="x" * 5_000), enveloped())
    monkeypatch.setattr(handling, "MOST_OUTBOX_BYTES", 1_000)

    with pytest.raises(Unavailable, match="outbox_full"):
        await toy.tallies.handle(ONE, announce(), enveloped())
    assert await numbers(toy) == [1]


def hours_later(hours: float) -> Announce:
    return announce().model_copy(update={"at": NOON + timedelta(hours=hours)})


async def test_a_key_is_held_for_a_day_whatever_others_do_meanwhile(toy: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handling, "MOST_OWN_KEYS", 3)
    first = await toy.tallies.handle(ONE, announce(), enveloped("key"))
    for number in range(10):
        await toy.tallies.handle(ONE, announce(), enveloped(f"key {number}", subject="bob"))
        await toy.tallies.handle(ONE, announce(), enveloped())

    assert await toy.tallies.handle(ONE, hours_later(23.9), enveloped("key")) == RepeatedReceipt(**dict(first))
    assert len(await numbers(toy)) == 21


async def test_keys_are_let_go_after_their_time(toy: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handling, "MOST_OWN_KEYS", 3)
    for number in range(5):
        await toy.tallies.handle(ONE, announce(), enveloped(f"own {number}", keyed=False))
    await toy.tallies.handle(ONE, announce(), enveloped("key"))
    assert await answered(toy) == ["own 3", "own 4", "key"]

    await toy.tallies.handle(ONE, hours_later(1), enveloped("an hour later"))
    assert await answered(toy) == ["key", "an hour later"]
    await toy.tallies.handle(ONE, hours_later(25), enveloped("tomorrow"))
    assert await answered(toy) == ["tomorrow"]


@pytest.mark.parametrize(("bound", "others"), [("MOST_KEYS_OF_A_CALLER", 3), ("MOST_KEYS", 2)])
async def test_a_key_too_many_is_refused_and_no_other_forgotten(
    toy: Toys, monkeypatch: pytest.MonkeyPatch, bound: str, others: int
) -> None:
    monkeypatch.setattr(handling, bound, 3)
    for number in range(others):
        await toy.tallies.handle(ONE, announce(), enveloped(f"key {number}", subject="bob"))
    first = await toy.tallies.handle(ONE, announce(), enveloped("key 0"))
    for number in range(1, 3 if bound == "MOST_KEYS_OF_A_CALLER" else 1):
        await toy.tallies.handle(ONE, announce(), enveloped(f"key {number}"))

    with pytest.raises(Refused, match="too_many_keys") as refused:
        await toy.tallies.handle(ONE, hours_later(1), enveloped("one more"))
    assert refused.value.retry_after == timedelta(hours=23)
    assert (await toy.tallies.handle(ONE, hours_later(1), enveloped())).sequence == others + (
        4 if bound == "MOST_KEYS_OF_A_CALLER" else 2
    )
    assert await toy.tallies.handle(ONE, hours_later(1), enveloped("key 0")) == RepeatedReceipt(**dict(first))
    assert await toy.tallies.handle(ONE, hours_later(24), enveloped("one more"))


async def test_keys_of_an_earlier_release_are_held_too(toy: Toys, database: Database) -> None:
    first = await toy.tallies.handle(ONE, announce(), enveloped("key"))
    await database["companies"].update_one({"_id": ONE}, {"$unset": {"inbox.keys.0.keyed": ""}})
    await toy.tallies.handle(ONE, hours_later(1), enveloped("other"))

    assert await toy.tallies.handle(ONE, hours_later(2), enveloped("key")) == RepeatedReceipt(**dict(first))


async def test_moments_survive_the_database_so_that_the_chain_holds(toy: Toys) -> None:
    """BSON cuts microseconds: a moment is cut at the edge, and the hash is over what is stored."""
    ragged = datetime(2026, 5, 4, 12, 0, 0, 123_456, tzinfo=UTC)
    cut = Announce(at=ragged, actor=ANN, company=COMPANY)
    past_the_edge = cut.model_copy(update={"at": ragged})
    for command in (cut, past_the_edge):
        await toy.tallies.handle(ONE, command, enveloped())

    assert {entry["at"] for entry in (await toy.tallies.documents.outboxes([ONE]))[ONE]} == {cut.at}
    assert [flaw async for flaw in verify(toy.tallies, toy.journal)] == [None]


async def test_a_database_that_is_away_is_reported_as_unavailable() -> None:
    nowhere = connect("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200", "none")
    with pytest.raises(Unavailable, match="database_unavailable"):
        await toys(nowhere).tallies.handle(ONE, announce(), enveloped())
    nowhere.client.close()
