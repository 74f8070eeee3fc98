"""What has a later version is held and reported, and never written over.

Each rule is a function. A test keeps it, and fails for every mistake in the kernel that breaks it.
"""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from time import monotonic
from typing import Any
from unittest.mock import patch

import pytest
from fastapi import Request

from shared import decider as deciding
from shared import timers
from shared.bus import inbox, reconciliation
from shared.bus.held import Hold
from shared.bus.inbox import BatchConsumer, Plan
from shared.bus.parking import Parking
from shared.clock import now
from shared.decider import Decider
from shared.errors import Unavailable, VersionNewer
from shared.http.problems import Answers, load
from shared.model import Json
from shared.store import parked
from shared.verification import Flaw, verify
from tests.support.builders.toys import COMPANY, OTHER, POISON, SUBSCRIPTIONS, Deploy, announce
from tests.support.mistakes import Change, Mistake
from tests.support.servers.kernel import Toys, entries, enveloped, record_of, with_header

KEY = str(COMPANY)
PARTITION = ("pip.application", 0)
LATER_STATES: dict[str, Json] = {"version": {"state.v": 2, "state.colour": "red"}, "status": {"state.status": "lapsed"}}
Rule = Callable[[Toys], Awaitable[None]]


def of_later(number: int, **changes: Any) -> Any:
    """The record of a publisher's number, in a later version of its message."""
    return with_header(record_of(number, **changes), "ce_type", b"pip.ApplicationWithdrawn.v2")


async def written_later(toy: Toys, collection: str = "ledgers", unset: Json | None = None, **fields: Any) -> Json:
    """The company's document, as a later version of the code has written it."""
    documents: Any = {"ledgers": toy.ledgers, "companies": toy.tallies}[collection].documents
    change = {"$set": fields or LATER_STATES["version"], "$unset": unset or {}}
    await documents._documents.update_one({"_id": KEY}, change)  # noqa: SLF001
    return await stored(toy, collection)


async def stored(toy: Toys, collection: str = "ledgers") -> Json:
    documents: Any = {"ledgers": toy.ledgers, "companies": toy.tallies}[collection].documents
    found: Json = await documents._documents.find_one({"_id": KEY})  # noqa: SLF001
    return found


async def code_of(attempt: Awaitable[object]) -> str | None:
    """Why it is unavailable; None if it is not."""
    try:
        await attempt
    except Unavailable as away:
        return str(away)
    return None


# --- the rules -------------------------------------------------------------------------------------


async def a_later_state_is_held(toy: Toys) -> None:
    await toy.inbox.handle([record_of(1)])
    for fields in LATER_STATES.values():
        there = await written_later(toy, **fields)
        records = [
            record_of(2, offset=7),
            record_of(1, company=OTHER, offset=8, publisher="q"),
            record_of(1, company=OTHER, publisher="r", partition=1),
        ]

        assert await toy.inbox.handle(records) == {PARTITION: Hold(7, "version_newer")}
        assert await stored(toy) == there
        assert await entries(toy, OTHER) == [1]
        assert await toy.parked.queues() == {}


async def what_a_later_version_consumed_is_past(toy: Toys) -> None:
    await toy.inbox.handle([record_of(1), record_of(2)])
    there = await written_later(toy)

    assert await toy.inbox.handle([record_of(1), record_of(2)]) == {}
    assert await stored(toy) == there


async def a_later_message_is_held(toy: Toys) -> None:
    await toy.inbox.handle([record_of(1)])
    records = [of_later(2, offset=7), record_of(3, offset=8), record_of(1, company=OTHER, publisher="r", partition=1)]

    assert await toy.inbox.handle(records) == {PARTITION: Hold(7, "version_newer")}
    assert (await entries(toy), await entries(toy, OTHER)) == ([1], [1])
    assert await toy.parked.queues() == {}


async def a_later_message_behind_parked_is_held(toy: Toys) -> None:
    await toy.inbox.handle([record_of(POISON)])

    assert await toy.inbox.handle([of_later(14, offset=7)]) == {PARTITION: Hold(7, "version_newer")}
    assert [waiting.reason for waiting in await toy.parked.queue(KEY) or ()] == ["ZeroDivisionError"]


async def a_hold_is_of_the_first_record(toy: Toys) -> None:
    """What is held last may lie before what was held first: a record finds the park full, before a later message."""
    await toy.inbox.handle([record_of(POISON)])
    with patch.object(parked, "MOST_KEYS", 1):
        records = [
            record_of(POISON, company=OTHER, publisher="q", offset=5),
            of_later(2, company=OTHER, publisher="q", offset=7),
        ]

        assert await toy.inbox.handle(records) == {PARTITION: Hold(5, "parking_full")}
    assert [*await toy.parked.queues()] == [KEY]


async def a_command_to_a_later_state_waits(toy: Toys) -> None:
    await toy.tallies.handle(KEY, announce(), enveloped())
    there = await written_later(toy, "companies")

    assert await code_of(toy.tallies.handle(KEY, announce(), enveloped("key"))) == "version_newer"
    assert await code_of(toy.tallies.read(KEY)) == "version_newer"
    assert await code_of(toy.tallies.find({})) == "version_newer"
    assert await stored(toy, "companies") == there


async def a_later_state_meets_no_timer(toy: Toys) -> None:
    due = now() - timedelta(seconds=1)
    for company in (COMPANY, OTHER):
        await toy.tallies.handle(str(company), announce(company, wake_at=due), enveloped())
    there = await written_later(toy, "companies")
    newer: dict[str, float] = {}

    await timers.sweep(toy.tallies, newer)

    assert await stored(toy, "companies") == there
    assert (await toy.tallies.read(str(OTHER))).state.rung_at is not None
    assert await toy.tallies.documents.due(now(), 9, newer) == []

    await written_later(toy, "companies", **{"state.v": 1}, unset={"state.colour": 1})
    await timers.sweep(toy.tallies, dict.fromkeys(newer, monotonic() - 1))
    assert (await toy.tallies.read(KEY)).state.rung_at is not None


async def what_is_parked_waits_for_who_can_read_it(toy: Toys) -> None:
    await toy.inbox.handle([record_of(POISON)])
    queue = await toy.parked.queue(KEY) or []
    await toy.parked._records.update_one({}, {"$set": {"headers": [list(header) for header in of_later(1).headers]}})  # noqa: SLF001

    assert await code_of(toy.parking.redrive(KEY)) == "version_newer"
    assert await code_of(toy.parking.discard(KEY, queue[0].id)) == "version_newer"
    assert await toy.parked.queue(KEY) == queue


async def a_later_state_gives_nothing_up(toy: Toys) -> None:
    await toy.inbox.handle([record_of(1), record_of(POISON)])
    there, queue = await written_later(toy), await toy.parked.queue(KEY) or []

    assert await code_of(toy.parking.discard(KEY, queue[0].id)) == "version_newer"
    assert (await stored(toy), await toy.parked.queue(KEY)) == (there, queue)


async def a_redrive_into_a_later_state_waits(toy: Toys) -> None:
    await toy.inbox.handle([record_of(1), record_of(POISON)])
    there, queue = await written_later(toy), await toy.parked.queue(KEY)
    Deploy.mended = True

    assert await code_of(toy.parking.redrive(KEY)) == "version_newer"
    assert (await stored(toy), await toy.parked.queue(KEY)) == (there, queue)


async def proofs_report_what_they_could_not_read(toy: Toys) -> None:
    await toy.tallies.handle(KEY, announce(), enveloped())
    await written_later(toy, "companies")

    assert [flaw async for flaw in verify(toy.tallies, toy.journal)] == [
        Flaw(collection="companies", id=KEY, code="version_newer")
    ]
    reconciling = reconciliation.unconsumed([of_later(2)], SUBSCRIPTIONS, {"ledgers": toy.ledgers})
    assert await code_of(reconciling) == "version_newer"


async def a_caller_gets_the_reason(_: Toys) -> None:
    answers = Answers(load("services.review"))
    asked = Request({"type": "http", "headers": [], "method": "GET", "path": "/"})

    answer = await answers.unavailable(asked, VersionNewer())
    assert (answer.status_code, b'"code":"version_newer"' in bytes(answer.body)) == (503, True)


RULES: tuple[Rule, ...] = (
    a_later_state_is_held,
    what_a_later_version_consumed_is_past,
    a_later_message_is_held,
    a_later_message_behind_parked_is_held,
    a_hold_is_of_the_first_record,
    a_command_to_a_later_state_waits,
    a_later_state_meets_no_timer,
    what_is_parked_waits_for_who_can_read_it,
    a_later_state_gives_nothing_up,
    a_redrive_into_a_later_state_waits,
    proofs_report_what_they_could_not_read,
    a_caller_gets_the_reason,
)
AS_FAR_AS_KNOWN: tuple[Change, ...] = (
    (deciding, "lift", "            raise VersionNewer", "            return stored"),
    (Decider, "state", "lifted, strict=False", 'lifted, strict=False, extra="ignore"'),
)
PASSED_OVER = "            newer[aggregate_id] = monotonic() + POSTPONED.total_seconds()\n"
PUT_OFF = "            await aggregate.documents.postpone(aggregate_id, at, at + POSTPONED)\n"
LATER = "            raise VersionNewer"
IN_HAND = "                work = works[to.collection, to.id]\n"
STATE_READ = "                self._aggregates[to.collection].decider.state(work.loaded.state)\n"
BOUNDS = "except (OutboxFull, VersionNewer)"
MISTAKES: dict[Rule, dict[str, tuple[Change, ...]]] = {
    a_later_state_is_held: {
        "it is read as far as it is known, and written back": AS_FAR_AS_KNOWN,
        "it is a defect": ((BatchConsumer, "_decide", BOUNDS, "except OutboxFull"),),
        "what follows is read": ((BatchConsumer, "_decide", "message.record.topic_partition in plan.holds or ", ""),),
        "it is held in silence": ((Plan, "hold", "str(bound)", '""'),),
    },
    what_a_later_version_consumed_is_past: {
        "watermarks are asked last": (
            (BatchConsumer, "_decide", " or _is_handled(message, plan.works)", ""),
            (BatchConsumer, "_apply", IN_HAND, IN_HAND + STATE_READ),
        ),
    },
    a_hold_is_of_the_first_record: {
        "it is of the first that was held": (
            (Plan, "hold", "known is None or hold.offset < known.offset", "known is None"),
        ),
    },
    a_later_message_is_held: {
        "it is a defect": ((inbox, "received", "newer=True", 'defect="version_newer"'),),
        "it is passed over": ((BatchConsumer, "handle", " or message.newer", ""),),
    },
    a_later_message_behind_parked_is_held: {
        "it is parked too": (
            (BatchConsumer, "_decide", "if message.newer:", "if message.newer and message.key not in parked:"),
        ),
    },
    a_command_to_a_later_state_waits: {"it is read as far as it is known": AS_FAR_AS_KNOWN},
    a_later_state_meets_no_timer: {
        "it gets its tick as far as it is known": AS_FAR_AS_KNOWN,
        "it is passed over for ever": ((timers, "sweep", "        del newer[passed]", "        pass"),),
        "it is put off": ((timers, "sweep", PASSED_OVER, PUT_OFF),),
    },
    what_is_parked_waits_for_who_can_read_it: {
        "it is given up": ((Parking, "discard", "raise VersionNewer", "pass"),),
        "it is passed over": ((BatchConsumer, "_again", LATER, "            return {}"),),
    },
    a_later_state_gives_nothing_up: {
        "its state is not looked at": (
            (Parking, "_pass_over", "                aggregate.decider.state(document.state)\n", ""),
        ),
    },
    a_redrive_into_a_later_state_waits: {"it is a defect": ((BatchConsumer, "_again", BOUNDS, "except OutboxFull"),)},
    proofs_report_what_they_could_not_read: {
        "they read as far as they know": AS_FAR_AS_KNOWN,
        "they pass it over": ((reconciliation, "unconsumed", LATER, "            continue"),),
    },
    a_caller_gets_the_reason: {
        "of a server that is away": (
            (Answers, "unavailable", "str(away) if isinstance(away, VersionNewer) else ", ""),
        ),
    },
}


@pytest.mark.parametrize("rule", RULES)
async def test_a_later_version_is_met_so(toy: Toys, rule: Rule) -> None:
    await rule(toy)


def mistakes() -> Iterator[Any]:
    for rule, made in MISTAKES.items():
        for name, changes in made.items():
            yield pytest.param(rule, Mistake(name, rule.__name__, changes), id=f"{rule.__name__}: {name}")


@pytest.mark.parametrize(("rule", "mistake"), [*mistakes()])
async def test_whoever_breaks_a_rule_is_found(toy: Toys, rule: Rule, mistake: Mistake) -> None:
    with mistake.made(), pytest.raises(AssertionError):
        await rule(toy)


def test_every_rule_is_broken_by_some_mistake() -> None:
    assert {*MISTAKES} == {*RULES}
