"""What operators alone do over HTTP: list, show, redrive and discard parked records, read the journal and proofs."""

from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

import httpx
import pytest

from shared.bus import consumer, held
from shared.bus.access import KafkaAccess
from shared.bus.held import HeldPartitions
from shared.clock import now
from shared.http.identity import urn
from shared.store.client import Database
from shared.tasks import Tasks
from tests.support.builders.toys import OTHER, POISON, Deploy, ledger
from tests.support.mistakes import Change, Mistake
from tests.support.servers.bus import producing, put, until
from tests.support.servers.kernel import record_of
from tests.support.servers.ledgers import Ledgers, keeping_ledgers
from tests.support.servers.serving import Issuer, client

LOOKS = 150  # at the readiness of a service, while it tries again what it holds
DUE = "self._holds.items() if monotonic() - since > HELD_SECONDS"
FORGOTTEN = "list(self._holds.items()) if monotonic() - since > HELD_SECONDS and self._holds.pop(partition)"


@dataclass(frozen=True)
class Served:
    """A service of ledgers, and a client of somebody who does not operate it."""

    ledgers: Ledgers
    stranger: httpx.AsyncClient
    issuer: str

    @property
    def operator(self) -> httpx.AsyncClient:
        return self.ledgers.operator


@pytest.fixture
async def served(
    database: Database, mongo_url: str, operator: KafkaAccess, issuer: Issuer, fresh: str
) -> AsyncIterator[Served]:
    async with (
        keeping_ledgers(database, mongo_url, operator, issuer, fresh) as ledgers,
        client(ledgers.url, issuer.token("ann", "review_officer")) as ann,
    ):
        yield Served(ledgers, ann, issuer.url)


async def test_a_parked_record_is_seen_shown_redriven_and_counted(served: Served) -> None:
    key = str(await served.ledgers.parks(POISON, 14))
    shown = (await served.operator.get(f"/operations/parked/{key}")).json()
    assert [(record["reason"], record["topic"]) for record in shown] == [
        ("ZeroDivisionError", "pip.application"),
        ("behind", "pip.application"),
    ]
    assert key.encode() in b64decode(shown[0]["value"])
    assert (await served.operator.get(f"/operations/parked/{key}", params={"limit": 1})).json() == shown[:1]
    await until(lambda: counted(served, "tt_parked_keys"))

    assert (await served.operator.post(f"/operations/redrives/{key}")).json() == {"handled": 0}
    Deploy.mended = True
    assert (await served.operator.post(f"/operations/redrives/{key}")).json() == {"handled": 2}
    assert (await served.operator.get(f"/operations/parked/{key}")).status_code == 404

    async def relayed() -> bool:
        return await journalled(served, key) == [POISON, 14]

    await until(relayed)
    assert (await served.operator.get("/operations/journal/verification")).json()["flaws"] == []


async def counted(served: Served, metric: str) -> bool:
    lines = (await served.operator.get("/operations/metrics")).text.splitlines()
    return any(line.startswith(metric) and float(line.split()[-1]) > 0 for line in lines)


async def journalled(served: Served, aggregate_id: str) -> list[int]:
    entries = (await served.operator.get(f"/operations/journal/ledgers/{aggregate_id}")).json()
    return [entry["fact"]["number"] for entry in entries]


async def test_the_head_of_a_queue_is_discarded(served: Served) -> None:
    company = await served.ledgers.parks(POISON)
    record = f"/intake/companies/{company}/{POISON}"
    answer = await served.operator.post(f"/operations/discards/{company}", json={"record": record, "reason": "a test"})
    assert answer.json() == {"id": record}
    assert str(company) not in (await served.operator.get("/operations/parked")).json()
    assert (
        await served.operator.post(f"/operations/discards/{company}", json={"record": record, "reason": "again"})
    ).status_code == 404


async def test_what_operators_do_and_read_by_hand_is_kept(served: Served) -> None:
    key, olga = str(uuid4()), urn(served.issuer, "olga")
    since = now().isoformat()

    await served.operator.get(f"/operations/parked/{key}")
    await served.operator.post(f"/operations/redrives/{key}")
    await served.operator.post(f"/operations/discards/{key}", json={"record": "any", "reason": "beyond mending"})
    await served.operator.get(f"/operations/journal/ledgers/{key}")
    first = (await served.operator.get("/operations/audit", params={"since": since, "limit": 3})).json()
    rest = (await served.operator.get("/operations/audit", params={"since": since, "after": first["next"]})).json()

    assert (len(first["entries"]), rest["next"]) == (3, None)
    kept = (*first["entries"], *rest["entries"])
    assert [(entry["subject"], entry["action"], entry["target"], entry["reason"]) for entry in kept] == [
        (olga, "parked_shown", key, None),
        (olga, "parked_redriven", key, None),
        (olga, "parked_discarded", key, "beyond mending"),
        (olga, "journal_read", f"ledgers/{key}", None),
    ]


@pytest.mark.parametrize("cursor", ["me", "WyJzb29uIiwiYSJd"])
async def test_a_foreign_cursor_of_the_audit_log_is_refused(served: Served, cursor: str) -> None:
    answer = await served.operator.get("/operations/audit", params={"after": cursor})
    assert (answer.json()["code"], answer.json()["field"]) == ("malformed", "query.after")


async def test_whatever_has_one_id_is_shown_with_its_message(served: Served, operator: KafkaAccess) -> None:
    company = uuid4()
    async with producing(operator) as producer:
        await put(producer, record_of(3, company=company, publisher=str(company)))

    async def shown() -> bool:
        lives = (await served.operator.get(f"/operations/lives/{company}")).json()
        return [(life["collection"], life["source"], life["subject"], life["sequence"]) for life in lives] == [
            ("ledgers", ledger().source, str(company), 1)
        ]

    await until(shown)
    assert (await served.operator.get(f"/operations/lives/{uuid4()}")).json() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/operations/parked"),
        ("GET", f"/operations/parked/{OTHER}"),
        ("POST", f"/operations/redrives/{OTHER}"),
        ("POST", f"/operations/discards/{OTHER}"),
        ("GET", "/operations/audit"),
        ("GET", "/operations/journal/verification"),
        ("GET", "/operations/journal/seal"),
        ("GET", "/operations/journal/messages"),
        ("GET", f"/operations/journal/ledgers/{OTHER}"),
        ("GET", f"/operations/lives/{OTHER}"),
        ("POST", "/operations/reconciliation"),
    ],
)
async def test_operations_are_for_operators_alone(served: Served, method: str, path: str) -> None:
    assert (await served.stranger.request(method, path)).status_code == 403


async def exists(database: Database, key: str) -> bool:
    return await database["ledgers"].count_documents({"_id": key}) == 1


async def readiness_shows_a_later_version(served: Served, operator: KafkaAccess, database: Database) -> None:
    """A later version writes the ledger of a company: the service is not ready until it can read it again."""
    company = uuid4()
    key = str(company)

    async def waits() -> list[str]:
        answer = await served.operator.get("/readyz")
        assert answer.is_success != bool(answer.json()["waiting_for"])
        waiting: list[str] = answer.json()["waiting_for"]
        return waiting

    async def waits_for(*what: str) -> bool:
        return await waits() == [*what]

    async with producing(operator) as producer:
        await put(producer, record_of(1, company=company, publisher=key))
        await until(partial(exists, database, key))
        await database["ledgers"].update_one({"_id": key}, {"$set": {"state.v": 2}})
        await put(producer, record_of(2, company=company, publisher=key))
    await until(partial(waits_for, "version_newer"), 5)
    seen = [await waits() for _ in range(LOOKS)]
    assert seen == [["version_newer"]] * LOOKS
    assert key not in (await served.operator.get("/operations/parked")).json()
    assert (await served.operator.get("/livez")).status_code == httpx.codes.OK

    await database["ledgers"].update_one({"_id": key}, {"$set": {"state.v": 1}})
    await until(waits_for, 5)
    ledger = await database["ledgers"].find_one({"_id": key}) or {}
    assert [number for _, number in ledger["state"]["entries"]] == [1, 2]


SILENT: dict[str, Change] = {
    "nobody notices it": (Tasks, "meets_newer", "self.bus is not None", "False"),
    "readiness shows it now and then": (HeldPartitions, "due", DUE, FORGOTTEN),
    "readiness shows it for ever": (HeldPartitions, "release", "self._holds.pop(partition, None)", "pass"),
}


@pytest.fixture
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "HELD_SECONDS", 0.2)
    monkeypatch.setattr(consumer, "WATCH_SECONDS", 0.05)


@pytest.mark.usefixtures("_often")
async def test_a_service_that_meets_a_later_version_is_not_ready_but_alive(
    served: Served, operator: KafkaAccess, database: Database
) -> None:
    await readiness_shows_a_later_version(served, operator, database)


@pytest.mark.usefixtures("_often")
@pytest.mark.parametrize("change", SILENT.values(), ids=SILENT)
async def test_a_service_that_is_silent_about_it_is_found(
    served: Served, operator: KafkaAccess, database: Database, change: Change
) -> None:
    with Mistake("it is silent", "loud", (change,)).made(), pytest.raises(AssertionError):
        await readiness_shows_a_later_version(served, operator, database)
