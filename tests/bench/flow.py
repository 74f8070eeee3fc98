"""Whole lives through all five services over HTTP: companies per second from submission to the partner's record."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from aiokafka import AIOKafkaConsumer

from deploy.demo import officers
from deploy.demo.cast import MOST_AT_ONCE, Player, cast_of, few_at_once
from deploy.demo.company import Company
from deploy.kafka.access import OPERATOR
from deploy.local.supervisor import SERVICES, Running, running
from shared.contracts.pip_id import pip_id
from shared.model import Json
from tests.bench.apis import apis
from tests.bench.companies import ADMINISTRATION, prepared
from tests.bench.decisions import decisions
from tests.bench.ground import peak_mb, resident_mb
from tests.bench.scale import Scale, measured
from tests.support.servers.bus import scram


async def flows(home: Path, scale: Scale) -> Json:
    """The whole deployment at work: lives, decisions under load, requests under load, and what memory that takes."""
    async with running(home / "deployment", lambda _: None) as deployed:
        pids = {name: deployed.servers[name].process.pid for name in SERVICES}
        idle = {name: resident_mb(pid) for name, pid in pids.items()}
        sections = {
            "lives": await _lives(deployed, scale),
            "decisions": await decisions(deployed, scale),
            "api": await apis(deployed, scale),
        }
        if [deployed.servers[name].process.pid for name in SERVICES] != list(pids.values()):
            raise RuntimeError("a service ended and was started again")
        return {
            **sections,
            "memory_mb": {"idle": idle, "under_load": {name: peak_mb(pid) for name, pid in pids.items()}},
        }


@dataclass(frozen=True)
class Officers:
    """One officer of each office."""

    review: Player
    site: Player
    decision: Player


async def _lives(deployed: Running, scale: Scale) -> Json:
    """Companies per second, run after run."""
    size = scale.flow_companies
    rates = [await _rate(deployed, range(run * size, (run + 1) * size)) for run in range(scale.flow_repeats)]
    return {"companies": size, "at_once": MOST_AT_ONCE, "companies_per_second": measured(rates)}


async def _rate(deployed: Running, numbers: range) -> float:
    async with cast_of(deployed.deployment) as cast:
        people = Officers(*(cast.officer(f"{role}_officer") for role in ("review", "site", "decision")))
        catalogue = await people.review.get("intake", "/catalogue")
        ready = await few_at_once(prepared(cast, catalogue, number) for number in numbers)
        topic, access = f"pip.partner.{ADMINISTRATION.lower()}", deployed.deployment.kafka(OPERATOR)
        reader = AIOKafkaConsumer(topic, **scram(access), isolation_level="read_committed")
        await reader.start()
        try:
            began = monotonic()
            await few_at_once(_life(people, catalogue, company) for company in ready)
            received: list[str] = []
            async with asyncio.timeout(60):
                while len(received) < len(ready):
                    received.append(((await reader.getone()).key or b"").decode())
            took = monotonic() - began
        finally:
            await reader.stop()
    if sorted(received) != sorted(pip_id(company.id) for company in ready):
        raise RuntimeError("the partner did not receive every company once")
    return len(ready) / took


async def _life(people: Officers, catalogue: Json, company: Company) -> None:
    await company.submit(catalogue)
    application = str((await officers.queued(people.review, company.firm.business_number))["application_id"])
    await officers.take(people.review, application)
    await officers.judge(people.review, application)
    await officers.conclude(people.review, application)
    visit = await officers.plan_visit(people.site, application)
    await company.confirm_visit(visit)
    await officers.hold_visit(people.site, application, visit)
    await officers.pass_validation(people.site, application)
    await officers.approve(people.decision, application)
