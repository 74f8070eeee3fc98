"""How long a submission and the reading of a dashboard take while others do the same."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic

from deploy.demo.cast import MOST_AT_ONCE, cast_of, few_at_once
from deploy.demo.company import Company
from deploy.local.supervisor import Running
from shared.model import Json
from tests.bench.companies import copies, prepared
from tests.bench.scale import Scale, measured, percentiles

TEMPLATE = 1_000_000  # numbers of companies from here on are nobody else's
READS_EACH = 4


async def apis(deployed: Running, scale: Scale) -> Json:
    """Every company reads its dashboard a few times and submits; a few companies at once."""
    async with cast_of(deployed.deployment) as cast:
        catalogue = await cast.trader("anybody").get("intake", "/catalogue")
        template = await prepared(cast, catalogue, TEMPLATE)
        each = scale.reads // READS_EACH
        runs = [
            await _run(catalogue, await copies(deployed.deployment, template, _numbers(run * each, each)))
            for run in range(scale.flow_repeats)
        ]
    milliseconds = {
        "dashboard": percentiles([run.reads for run in runs]),
        "submission": percentiles([run.submissions for run in runs]),
    }
    return {
        "at_once": MOST_AT_ONCE,
        "requests_per_second": measured([run.per_second for run in runs]),
        "milliseconds": milliseconds,
    }


def _numbers(first: int, many: int) -> range:
    return range(TEMPLATE + 1 + first, TEMPLATE + 1 + first + many)


@dataclass(frozen=True)
class Run:
    """Milliseconds of each request, and how many there were in a second."""

    reads: list[float]
    submissions: list[float]
    per_second: float


async def _run(catalogue: Json, companies: Sequence[Company]) -> Run:
    reads: list[float] = []
    submissions: list[float] = []

    async def life(company: Company) -> None:
        for _ in range(READS_EACH):
            async with _timed(reads):
                await company.dashboard()
        async with _timed(submissions):
            await company.submit(catalogue)

    began = monotonic()
    await few_at_once(map(life, companies))
    return Run(reads, submissions, (len(reads) + len(submissions)) / (monotonic() - began))


@asynccontextmanager
async def _timed(times: list[float]) -> AsyncIterator[None]:
    began = monotonic()
    yield
    times.append((monotonic() - began) * 1_000)
