"""What one change of a membership costs when few and when many administrations are to be notified of it."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from json import dumps, loads
from pathlib import Path
from time import monotonic
from uuid import UUID, uuid5

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.local.processes import free_port
from deploy.local.programs import PYTHON, Program
from shared.contracts.pip_id import pip_id
from shared.contracts.review import MembershipEvent, MembershipReinstated, MembershipSuspended
from shared.model import Json
from shared.store.parked import RawRecord
from tests.bench.ground import Ground, ground
from tests.bench.many_partners import INVENTED
from tests.bench.scale import Scale, measured
from tests.bench.start import settings
from tests.support.builders.mra_exchange import announced
from tests.support.builders.packages import COMPANY
from tests.support.builders.records import activated, consented, declared, record_of
from tests.support.servers.bus import producing, put, scram
from tests.support.servers.serving import issuing

PATIENCE_SECONDS = 60.0
WARMING = 10


async def fan_outs(home: Path, scale: Scale) -> Json:
    """For each number of partners: milliseconds until the last of them has the change, and processor time for it."""
    async with ground(home) as here, issuing() as issuer:
        env = settings(here, "mra_exchange", issuer.url)
        widened = [sys.executable, "-m", "tests.bench.many_partners"]
        await asyncio.to_thread(subprocess.run, [*widened, "prepare"], env={**env, "PATH": ""}, check=True)
        async with Program(
            [*PYTHON, "-m", "tests.bench.many_partners"], free_port(), "/readyz", home / "mra_exchange.log", env
        ) as service:
            rows = [await _row(here, service.process.pid, partners, scale) for partners in scale.fan_out]
    return {"rows": rows}


async def _row(here: Ground, pid: int, partners: int, scale: Scale) -> Json:
    company = uuid5(COMPANY, f"told to {partners}")
    topics = [f"pip.partner.{code.lower()}" for code in INVENTED[:partners]]
    reader = AIOKafkaConsumer(
        *topics, **scram(here.operator), auto_offset_reset="earliest", isolation_level="read_committed"
    )
    await reader.start()
    try:
        async with producing(here.operator) as bus:
            for record in (declared(company, 1), _consenting(company, INVENTED[:partners]), activated(company)):
                await put(bus, record)
            await _all_received(reader, company, partners)
            for number in range(WARMING):
                await _changed(bus, reader, company, (number, partners))
            before = here.cpu(Python=pid)
            counted = range(WARMING, WARMING + scale.status_changes)
            times = [await _changed(bus, reader, company, (number, partners)) for number in counted]
            after = here.cpu(Python=pid)
    finally:
        await reader.stop()
    cpu = {name: (after[name] - before[name]) / scale.status_changes / 1_000 for name in after}
    return {"partners": partners, "changes": scale.status_changes, "milliseconds": measured(times), "cpu_ms": cpu}


async def _changed(bus: AIOKafkaProducer, reader: AIOKafkaConsumer, company: UUID, change: tuple[int, int]) -> float:
    """Milliseconds from saying that the membership rests or runs again until every partner has its record."""
    number, partners = change
    kind, status = (MembershipReinstated, "active") if number % 2 else (MembershipSuspended, "suspended")
    body: MembershipEvent = announced(status, company)  # type: ignore[arg-type] # one of its words
    began = monotonic()
    await put(bus, record_of(kind.model_validate(body.model_dump()), number + 2))
    await _all_received(reader, company, partners)
    return (monotonic() - began) * 1_000


async def _all_received(reader: AIOKafkaConsumer, company: UUID, partners: int) -> None:
    """Returns when each partner has one more record of this company; one too many is an error."""
    received: set[str] = set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(received) < partners:
            record = await reader.getone()
            if record.key == pip_id(str(company)).encode():
                if record.topic in received:
                    raise RuntimeError(f"{record.topic} came twice")
                received.add(record.topic)


def _consenting(company: UUID, administrations: Sequence[str]) -> RawRecord:
    record = consented(company, 2)
    body = loads(record.value or b"")
    given = body["in_force"][0]
    body |= {
        "administration": administrations[0],
        "in_force": [{**given, "administration": code} for code in administrations],
    }
    return replace(record, value=dumps(body).encode())
