"""One command, one document, one write: whatever is lost, repeated or raced, its effect happens once."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared import handling
from shared.contracts.topics import limit_of
from shared.errors import Defective, NotUnique, Refused, StaleVersion, Unavailable
from shared.handling import Aggregate
from shared.store.client import Database, connect
from shared.store.documents import Change, Documents
from shared.verification import verify
from tests.support.builders.toys import ANN, COMPANY, NOON, OTHER, Announce, announce
from tests.support.servers.kernel import Toys, enveloped, toys

ONE = str(COMPANY)
THREE = (ONE, str(OTHER), str(UUID(int=3)))  # of as many, the first and the last go in one bulk


async def numbers(toy: Toys, one: str = ONE) -> list[int]:
    return [entry["sequence"] for entry in (await toy.tallies.documents.outboxes([one])).get(one, [])]


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

    assert await toy.tallies.handle(ONE, announce(), enveloped("key")) == first
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
        await toy.tallies.handle(ONE, announce(), enveloped(expected_sequence=7))
    assert (await toy.tallies.handle(ONE, announce(), enveloped(expected_sequence=1))).sequence == 2


async def test_a_refusal_comes_before_a_stale_if_match(toy: Toys) -> None:
    """To whom a thing does not exist, its ETag betrays nothing of it either (RFC 9110, 13.2.1)."""
    await toy.tallies.handle(ONE, announce(), enveloped())

    with pytest.raises(Refused, match="not_found"):
        await toy.tallies.handle(ONE, announce(padding="refuse me"), enveloped(expected_sequence=7))


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


async def test_only_the_last_hundred_ids_of_the_last_day_are_kept(toy: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handling, "KEYS_KEPT", 3)
    for number in range(5):
        await toy.tallies.handle(ONE, announce(), enveloped(f"key {number}"))
    assert await answered(toy) == ["key 2", "key 3", "key 4"]

    later = announce().model_copy(update={"at": NOON + timedelta(hours=25)})
    await toy.tallies.handle(ONE, later, enveloped("tomorrow"))
    assert await answered(toy) == ["tomorrow"]


async def test_a_lost_race_in_a_bulk_is_noticed(toy: Toys) -> None:
    """The database does not say which operation of a bulk lost its race: only the count falls short."""
    for one in THREE:
        await toy.tallies.handle(one, announce(UUID(one)), enveloped())
    before = await toy.tallies.documents.load(THREE)
    await toy.tallies.handle(ONE, announce(), enveloped())

    with pytest.raises(StaleVersion):
        await toy.tallies.documents.write_all([Change(document, document) for document in before.values()])
    now = await toy.tallies.documents.load(THREE)
    assert [now[one].version - before[one].version for one in THREE] == [1, 1, 1]  # the first by whoever won


async def test_two_first_writes_are_a_lost_race(toy: Toys) -> None:
    before = await toy.tallies.documents.load_one(ONE)
    await toy.tallies.handle(ONE, announce(), enveloped())

    with pytest.raises(StaleVersion):
        await toy.tallies.documents.write(Change(before, before))


@pytest.mark.parametrize("at_once", [1, 3])
async def test_a_document_that_grows_too_large_is_its_own_defect(toy: Toys, at_once: int) -> None:
    """MongoDB reports it per operation, among others that succeed."""
    for one in THREE:
        await toy.tallies.handle(one, announce(UUID(one)), enveloped())
    before = await toy.tallies.documents.load(THREE)
    entry = {"sequence": 2, "blob": "x" * 9_000_000}
    await toy.tallies.documents.write(Change(before[ONE], before[ONE], (entry,)))
    again = await toy.tallies.documents.load(THREE)
    changes: Sequence[Change] = [Change(document, document, (entry,)) for document in again.values()]

    failed = await toy.tallies.documents.write_all(changes[:at_once])

    assert {one: type(defect) for one, defect in failed.items()} == {ONE: Defective}
    others = await toy.tallies.documents.load(THREE[1:])
    assert {other.version for other in others.values()} == {2 if at_once > 1 else 1}


@pytest.mark.parametrize(
    ("blob", "reason"), [("x" * 17_000_000, "document_too_large"), (2**63, "number_too_large")], ids=["size", "number"]
)
async def test_an_operation_too_large_to_send_is_its_own_defect(toy: Toys, blob: object, reason: str) -> None:
    before = await toy.tallies.documents.load(THREE)
    entries = {ONE: ({"sequence": 1, "blob": blob},)}
    changes = [Change(document, document, entries.get(one, ())) for one, document in before.items()]

    failed = await toy.tallies.documents.write_all(changes)

    assert {one: str(defect) for one, defect in failed.items()} == {ONE: reason}
    assert {other.version for other in (await toy.tallies.documents.load(THREE[1:])).values()} == {1}


async def test_a_violated_index_in_a_bulk_is_its_own_defect(toy: Toys) -> None:
    await toy.tallies.documents.prepare(unique=["state.padding"])
    await toy.tallies.handle(ONE, announce(padding="same"), enveloped())
    before = (await toy.tallies.documents.load([str(OTHER)]))[str(OTHER)]
    taken = await toy.tallies.documents.load_one(ONE)

    failed = await toy.tallies.documents.write_all([Change(before, taken)])

    assert {one: type(defect) for one, defect in failed.items()} == {str(OTHER): NotUnique}


async def test_a_pull_takes_from_each_outbox_what_was_relayed_of_it(toy: Toys) -> None:
    for one in THREE:
        for _ in range(2):
            await toy.tallies.handle(one, announce(UUID(one)), enveloped())

    first, second, third = THREE
    await toy.tallies.documents.pull({first: [1], second: [1, 2], third: [1]})

    assert [await numbers(toy, one) for one in THREE] == [[2], [], [2]]


async def test_the_sweep_for_waiting_outboxes_uses_its_index(toy: Toys, database: Database) -> None:
    """The obvious query, `outbox.0 exists`, would scan the collection despite the partial index."""
    await toy.tallies.documents.prepare()
    await toy.tallies.handle(ONE, announce(), enveloped())
    await toy.tallies.documents.pull({ONE: [1]})
    for company in range(50):
        one = UUID(int=company)
        await toy.tallies.handle(str(one), announce(one), enveloped())
        await toy.tallies.documents.pull({str(one): [1]})
    await toy.tallies.handle(ONE, announce(), enveloped())

    await database.command({"profile": 2})
    assert list(await toy.tallies.documents.unrelayed(10)) == [ONE]
    await database.command({"profile": 0})

    profiled = await database["system.profile"].find_one({"command.find": "companies"})
    assert profiled is not None
    assert "IXSCAN" in profiled["planSummary"]
    assert profiled["docsExamined"] <= 2


async def test_moments_survive_the_database_so_that_the_chain_holds(toy: Toys) -> None:
    """BSON cuts microseconds: a moment is cut at the edge, and the hash is over what is stored."""
    ragged = datetime(2026, 5, 4, 12, 0, 0, 123_456, tzinfo=UTC)
    cut = Announce(at=ragged, actor=ANN, company=COMPANY)
    past_the_edge = cut.model_copy(update={"at": ragged})
    for command in (cut, past_the_edge):
        await toy.tallies.handle(ONE, command, enveloped())

    assert {entry["at"] for entry in (await toy.tallies.documents.outboxes([ONE]))[ONE]} == {cut.at}
    assert [flaw async for flaw in verify(toy.tallies, toy.journal)] == [None]


async def test_a_database_that_is_away_is_said_to_be_away() -> None:
    nowhere = connect("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200", "none")
    with pytest.raises(Unavailable, match="database_unavailable"):
        await toys(nowhere).tallies.handle(ONE, announce(), enveloped())
    nowhere.client.close()
