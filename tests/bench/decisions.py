"""From an officer's last decision to the record on the partner's topic: alone, the highest rate, and at parts of it.

The load is open: every decision has an intended moment and is timed from there, even if it is sent later.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from json import loads
from time import monotonic
from uuid import UUID, uuid5

import httpx
from aiokafka import AIOKafkaConsumer

from deploy.kafka.access import OPERATOR
from deploy.local.deployment import Deployment, database_of
from deploy.local.people import Person
from deploy.local.supervisor import Running
from deploy.operations.access import token_of
from shared.contracts.pip_id import pip_id
from shared.model import Json
from shared.programme.team import COLLECTION
from shared.store.client import connect
from tests.bench.scale import Scale, measured, percentiles
from tests.support.builders.packages import COMPANY
from tests.support.builders.records import consented, declared, staffed
from tests.support.servers.bus import producing, scram
from tests.support.servers.served import application_of
from tests.support.source import ROOT

SAMPLE = ROOT / "tests" / "support" / "samples" / "states" / "cases.decision_pending.v1.json"
TOPIC = "pip.partner.us"
PARTS = (0.25, 0.5, 0.75)
AT_ONCE = 16
PATIENCE_SECONDS = 60.0


@dataclass
class DecisionPath:
    """The officer who decides, and the partner who is notified. `notified`: when each record arrived, by PIP id."""

    http: httpx.AsyncClient
    review: str
    notified: dict[str, list[float]] = field(default_factory=dict)

    async def approve(self, company: UUID) -> None:
        (await self.http.post(f"{self.review}/cases/{application_of(company)}/approval")).raise_for_status()

    async def listen(self, partner: AIOKafkaConsumer) -> None:
        async for record in partner:
            self.notified.setdefault((record.key or b"").decode(), []).append(monotonic())

    async def arrived(self, companies: Sequence[UUID]) -> list[float]:
        """When each company's record came, once all have come; each must have come once."""
        ids = [pip_id(str(company)) for company in companies]
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not all(key in self.notified for key in ids):  # noqa: ASYNC110 - the records come by themselves
                await asyncio.sleep(0.01)
        if any(len(self.notified[key]) > 1 for key in ids):
            raise RuntimeError("a record came twice")
        return [self.notified[key][0] for key in ids]


@asynccontextmanager
async def decision_path(deployed: Running) -> AsyncIterator[DecisionPath]:
    """The way of decisions through a deployment, which a partner watches."""
    officer = Person(subject="dana", name="Dana", roles=("decision_officer",))
    headers = {"Authorization": f"Bearer {token_of(officer, deployed.deployment)}"}
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(headers=headers, timeout=30, trust_env=False))
        partner = AIOKafkaConsumer(
            TOPIC, **scram(deployed.deployment.kafka(OPERATOR)), isolation_level="read_committed"
        )
        await partner.start()
        stack.push_async_callback(partner.stop)
        path = DecisionPath(http, deployed.deployment.services["review"])
        listening = asyncio.create_task(path.listen(partner))
        stack.callback(listening.cancel)
        yield path


async def decisions(deployed: Running, scale: Scale) -> Json:
    """Rates and times, run after run."""
    numbers = count()

    async def pending(many: int) -> list[UUID]:
        """Companies whose cases wait for nothing but the decision."""
        return await decidable(deployed, [f"{scale.seed} {number}" for number in islice(numbers, many)])

    async with decision_path(deployed) as path:
        alone = [await _alone(path, await pending(scale.decisions_alone)) for _ in range(scale.flow_repeats)]
        highest = measured([await _highest(path, await pending(scale.decisions)) for _ in range(scale.flow_repeats)])
        times: dict[float, list[list[float]]] = {part: [] for part in PARTS}
        for _ in range(scale.flow_repeats):
            for part, runs in times.items():
                rate = highest["median"] * part
                runs.append(await at_rate(path, await pending(int(rate * scale.open_loop_seconds)), rate))
    return {
        "alone_milliseconds": percentiles(alone),
        "at_once": AT_ONCE,
        "highest_per_second": highest,
        "seconds": scale.open_loop_seconds,
        "milliseconds_at": {f"{part:.0%}": percentiles(runs) for part, runs in times.items()},
    }


async def _alone(path: DecisionPath, companies: Sequence[UUID]) -> list[float]:
    """Milliseconds of each decision, the next made when the record of the one before has arrived."""
    times: list[float] = []
    for company in companies:
        began = monotonic()
        await path.approve(company)
        times.append((max(await path.arrived([company])) - began) * 1_000)
    return times


async def _highest(path: DecisionPath, companies: Sequence[UUID]) -> float:
    """Decisions per second, as many at once as there are connections, until the last record has arrived."""
    room = asyncio.Semaphore(AT_ONCE)

    async def decide_now(company: UUID) -> None:
        async with room:
            await path.approve(company)

    began = monotonic()
    await asyncio.gather(*map(decide_now, companies))
    return len(companies) / (max(await path.arrived(companies)) - began)


async def at_rate(path: DecisionPath, companies: Sequence[UUID], per_second: float) -> list[float]:
    """Milliseconds from the moment that each decision was meant."""
    began = monotonic()
    meant = [began + number / per_second for number in range(len(companies))]

    async def decide_at(company: UUID, at: float) -> None:
        await asyncio.sleep(at - monotonic())
        await path.approve(company)

    await asyncio.gather(*map(decide_at, companies, meant))
    arrived = await path.arrived(companies)
    return [(came - sent) * 1_000 for came, sent in zip(arrived, meant, strict=True)]


async def decidable(deployed: Running, names: Iterable[str]) -> list[UUID]:
    """Companies whose cases wait for nothing but the decision; publishes as intake does what the services need."""
    companies = [uuid5(COMPANY, f"decision {name}") for name in names]
    await store_cases(deployed.deployment, companies)
    async with producing(deployed.deployment.kafka(OPERATOR)) as bus:
        prepared = [
            record
            for company in companies
            for record in (declared(company, 1), consented(company, 2), staffed(company, 3))
        ]
        sent = [
            await bus.send(record.topic, record.value, key=record.key, headers=list(record.headers))
            for record in prepared
        ]
        await asyncio.gather(*sent)
    await _informed(deployed, companies)
    return companies


async def store_cases(deployment: Deployment, companies: Sequence[UUID]) -> None:
    """Writes a case of each company, as it is before the decision, where it would lie."""
    database = connect(deployment.mongo_url, database_of("review"))
    sample = SAMPLE.read_text("utf-8")
    of_sample = loads(sample)["dossier"]["package"]
    for first in range(0, len(companies), 100):
        await database["cases"].insert_many(
            [_case(sample, of_sample, company) for company in companies[first : first + 100]]
        )
    database.client.close()


def _case(sample: str, of_sample: Json, company: UUID) -> Json:
    application = str(application_of(company))
    state = loads(
        sample.replace(of_sample["company_id"], str(company)).replace(of_sample["application_id"], application)
    )
    return {
        "_id": application,
        "version": 1,
        "sequence": 1,
        "state": state,
        "inbox": {"heard": {}, "keys": []},
        "head": "",
        "due": None,
        "outbox": [],
    }


async def _informed(deployed: Running, companies: Sequence[UUID]) -> None:
    """Returns when mra_exchange knows what each company consents to, and review who its users are."""
    ids = {"_id": {"$in": list(map(str, companies))}}
    ready = {"state.declared": {"$ne": None}, "state.consents.US": {"$exists": True}}
    for service, collection, query in (("mra_exchange", "disclosures", ids | ready), ("review", COLLECTION, ids)):
        database = connect(deployed.deployment.mongo_url, database_of(service))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await database[collection].count_documents(query) < len(companies):  # noqa: ASYNC110 - services consume by themselves
                await asyncio.sleep(0.1)
        database.client.close()
