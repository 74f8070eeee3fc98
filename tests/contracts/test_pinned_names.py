"""Names that never change, because older and newer processes share the stored documents.

pinned.yaml gains names and never loses one. An older replica that rewrote `inbox` whole would erase renamed
watermarks, and messages would take effect twice; entries feed the hash.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from shared import handling
from shared.clock import now
from shared.contracts.application_id import application_id
from shared.contracts.envelope import Origin, inside, to_partner
from shared.contracts.intake import ApplicationWithdrawn
from shared.contracts.mra_exchange import sharing_ended
from shared.http.call import Call
from shared.http.envelope import CommandHeaders
from shared.http.identity import Caller
from shared.store import changes
from shared.store.audit import AuditEntry, AuditLog
from shared.store.client import Database
from tests.support.builders.toys import COMPANY, NOON, POISON, Deploy, announce
from tests.support.built import app_of, operations_of
from tests.support.mistakes import Change, Mistake
from tests.support.samples.golden import TO_PARTNERS, deciders, events
from tests.support.samples.pinned import PINNED
from tests.support.servers.kernel import Toys, enveloped, record_of, toys
from tests.support.source import SERVICES

COMPANY_ID = str(COMPANY)
NOWHERE: Any = None


def paths(stored: Mapping[str, Any], within: str = "") -> Iterator[str]:
    """The names of fields, as `inbox.keys.digest`; those in states, watermarks and facts are pinned elsewhere."""
    for name, value in stored.items():
        path = f"{within}{name}"
        yield path
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and path not in {"state", "inbox.heard"}:
                yield from paths(item, f"{path}.")


def named(stored: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted({path for document in stored for path in paths(document)})


@pytest.fixture
async def toy(database: Database) -> Toys:
    """A publisher, a consumer with a parked record, and a journal with a superseded message."""
    Deploy.mended = False
    made = toys(database)
    await made.tallies.handle(COMPANY_ID, announce(), enveloped("key"))
    await made.tallies.documents.halt(COMPANY_ID)
    await made.inbox.handle([record_of(1), record_of(POISON)])
    entries = [
        {"source": "/intake/companies", "subject": COMPANY_ID, **entry}
        for entry in (await made.tallies.documents.outboxes([COMPANY_ID]))[COMPANY_ID]
    ]
    await made.journal.append(entries)
    await made.journal.supersede(entries)
    await AuditLog(database).note(AuditEntry(now(), "olga", "parked_shown", COMPANY_ID))
    return made


@pytest.mark.parametrize("collections", ["companies ledgers", "journal", "parked", "parked_records", "acts"])
async def test_the_fields_of_what_is_stored(toy: Toys, database: Database, collections: str) -> None:
    assert toy
    stored = [document for name in collections.split() for document in await database[name].find({}).to_list(None)]
    assert named(stored) == PINNED["fields"]["documents" if " " in collections else collections]


@pytest.mark.parametrize("service", SERVICES)
def test_the_collections_and_sources_of_a_service(service: str) -> None:
    aggregates = operations_of(app_of(service)).aggregates
    assert {name: aggregate.decider.source for name, aggregate in aggregates.items()} == PINNED["aggregates"][service]


@pytest.mark.parametrize("collection", deciders())
def test_the_kinds_of_facts_and_the_statuses_of_an_aggregate(collection: str) -> None:
    decider = deciders()[collection]
    assert sorted(decider.newest_facts) == PINNED["facts"][collection]
    assert sorted(decider.newest_states) == PINNED["statuses"][collection]


def test_the_types_of_messages() -> None:
    assert sorted({kind.rpartition(".v")[0] for kind in (*events(), *TO_PARTNERS)}) == PINNED["events"]


def test_the_ids_that_are_derived() -> None:
    ann = Caller(subject="ann", roles=frozenset())
    call = Call(
        at=NOON,
        actor=ann.acting_as("trader"),
        caller=ann,
        headers=CommandHeaders("key", keyed=True),
        http=NOWHERE,
        response=NOWHERE,
    )
    outgoing = ApplicationWithdrawn(
        company_id=COMPANY, application_id=COMPANY, submission=1, withdrawn_at=NOON
    ).outgoing()
    origin = Origin("/intake/companies", COMPANY_ID, 7, NOON, "cause", "correlation")
    made = {
        "command": str(call.new_id("command", None)),
        "created": str(call.new_id("division", None)),
        "created within": str(call.new_id("division", COMPANY)),
        "application": str(application_id(COMPANY, 2)),
        "message": dict(inside(outgoing, origin))["ce_id"],
        "record to a partner": dict(to_partner(sharing_ended("US", "CAPIPCKAF0C74V3GW", 3), origin))["ce_id"],
    }
    assert made == PINNED["ids"]


async def test_the_cause_of_a_tick(database: Database) -> None:
    made = toys(database)
    await made.tallies.handle(COMPANY_ID, announce(wake_at=NOON), enveloped())
    await made.tallies.tick(COMPANY_ID, now())
    assert (await made.tallies.documents.outboxes([COMPANY_ID]))[COMPANY_ID][-1]["cause"] == PINNED["tick"].format(
        id=COMPANY_ID, version=1
    )


RENAMED: dict[str, Change] = {
    "watermarks": (changes, "_fields", '"heard": dict(after.watermarks)', '"watermarks": dict(after.watermarks)'),
    "the keys of commands": (
        changes,
        "_fields",
        '"keys": list(after.idempotency_keys)',
        '"idempotency_keys": list(after.idempotency_keys)',
    ),
    "what a fact was caused by": (
        handling,
        "decided",
        '"traceparent": causation.traceparent',
        '"trace": causation.traceparent',
    ),
}


@pytest.mark.parametrize("change", RENAMED.values(), ids=RENAMED)
async def test_a_name_that_is_changed_is_found(database: Database, change: Change) -> None:
    with Mistake("a name is changed", "pinned", (change,)).made():
        await toys(database).tallies.handle(COMPANY_ID, announce(), enveloped("key"))
    stored = await database["companies"].find({}).to_list(None)
    assert not {*named(stored)} <= {*PINNED["fields"]["documents"]}
