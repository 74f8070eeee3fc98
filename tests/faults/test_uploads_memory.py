"""The worst load of uploads that is allowed fits into the container that docker-compose.yml gives intake."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
import yaml

from deploy.local.deployment import Deployment, database_of
from deploy.local.processes import LOOPBACK, free_port
from deploy.local.programs import service
from shared.http.problems import load
from shared.store.client import connect
from tests.support.builders.applicant import Applicant, registered, upload
from tests.support.builders.uploads import PDF, pdf
from tests.support.servers.backing import Broker, password_of
from tests.support.servers.served import Person, Served
from tests.support.servers.serving import Issuer, client
from tests.support.source import ROOT

LARGEST = pdf(padding=24_990_000)
PEOPLE, EACH = 8, 5
INTAKE = "intake"
PAGE = 4_096


@asynccontextmanager
async def intake_process(
    broker: Broker, mongo_url: str, issuer: Issuer, home: Path
) -> AsyncIterator[tuple[Served, int]]:
    """Intake as operators run it, and the id of its process."""
    url = f"http://{LOOPBACK}:{free_port()}"
    deployment = Deployment(
        data=home,
        bootstrap=broker.operator.bootstrap,
        partners=broker.partners,
        mongo_url=mongo_url,
        databases={INTAKE: mongo_url},
        issuer=issuer.url,
        services={INTAKE: url},
        passwords={INTAKE: password_of(INTAKE)},
    )
    program, database = service(INTAKE, deployment), connect(mongo_url, database_of(INTAKE))
    try:
        await program.start()
        async with client(url) as http:
            http.timeout = httpx.Timeout(240)
            problems = load("services.intake")
            nobody = Person("", http, problems, {})
            yield Served(issuer, broker, None, nobody), program.process.pid  # type: ignore[arg-type]
    finally:
        await program.stop()
        await database.client.drop_database(database.name)
        database.client.close()


def resident(pid: int) -> int:
    """Bytes that a process and its children have in memory."""
    total = 0
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        for process in (str(pid), *children):
            total += int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * PAGE
    return total


async def stalled() -> AsyncIterator[bytes]:
    """Nearly all of a file, and then nothing for as long as the service waits."""
    for start in range(0, 24_000_000, 500_000):
        yield LARGEST[start : start + 500_000]
    await asyncio.sleep(60)


async def every_way(company: Applicant) -> list[int]:
    """Whole files, of which some are not whole in the end, all at once; the statuses of the answers."""
    stalling = company.owner.client.post(
        f"{company.path}/documents?kind=evidence&name=slow.pdf",
        content=stalled(),
        headers={**company.owner.headers, "Content-Type": PDF},
    )
    whole = [upload(company.owner, company.path, LARGEST) for _ in range(EACH - 1)]
    return [answer.status_code for answer in await asyncio.gather(stalling, *whole)]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.matrix
async def test_the_worst_load_of_uploads_fits_into_the_container(
    broker: Broker, mongo_url: str, issuer: Issuer, tmp_path: Path
) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    container = int(compose["services"][INTAKE]["mem_limit"].removesuffix("m")) * 2**20
    seen = []
    async with intake_process(broker, mongo_url, issuer, tmp_path) as (intake, pid):
        companies = [await registered(intake) for _ in range(PEOPLE)]
        load_of_all = asyncio.gather(*map(every_way, companies))
        while not load_of_all.done():
            seen.append(resident(pid))
            await asyncio.sleep(0.05)
        statuses = [status for answered in await load_of_all for status in answered]
    print(f"at rest {seen[0] / 2**20:.0f} MiB, at most {max(seen) / 2**20:.0f} MiB; {sorted(statuses)}")  # noqa: T201
    assert set(statuses) <= {201, 408, 503}
    assert 201 in statuses
    assert 408 in statuses
    assert max(seen) < container
