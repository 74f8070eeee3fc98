"""How long a submission and the reading of a dashboard take while others do the same."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from uuid import UUID, uuid5

from bson.json_util import dumps, loads

from deploy.demo.cast import MOST_AT_ONCE, cast_of, few_at_once
from deploy.demo.company import Company
from deploy.local.deployment import Deployment, database_of
from deploy.local.supervisor import Running
from shared.decider import Json
from shared.store.client import connect
from tests.bench.companies import business_number, prepared
from tests.bench.scale import Scale, percentiles

TEMPLATE = 1_000_000  # numbers of companies from here on are nobody else's
READS_EACH = 4


async def apis(deployed: Running, scale: Scale) -> Json:
    """Every company reads its dashboard a few times and submits; a few companies at once."""
    async with cast_of(deployed.deployment) as cast:
        catalogue = await cast.trader("anybody").get("intake", "/catalogue")
        template = await prepared(cast, catalogue, TEMPLATE)
        companies = await _copies(deployed.deployment, template, scale.reads // READS_EACH)
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
        per_second = (len(reads) + len(submissions)) / (monotonic() - began)
    told = {"dashboard": percentiles(reads), "submission": percentiles(submissions)}
    return {"at_once": MOST_AT_ONCE, "requests_per_second": per_second, "milliseconds": told}


@asynccontextmanager
async def _timed(times: list[float]) -> AsyncIterator[None]:
    began = monotonic()
    yield
    times.append((monotonic() - began) * 1_000)


async def _copies(deployment: Deployment, template: Company, count: int) -> list[Company]:
    """Companies like this one, of the same owner, under ids and business numbers of their own."""
    database = connect(deployment.mongo_url, database_of("intake"))
    whole = dumps(await database["companies"].find_one({"_id": template.id}))
    copies: list[Company] = []
    for number in range(count):
        one = str(uuid5(UUID(template.id), str(number)))
        own = business_number(TEMPLATE + 1 + number)
        await database["companies"].insert_one(loads(whole.replace(template.id, one).replace(template.firm.business_number, own)))
        copies.append(Company(template.firm, template.owner, one))
    database.client.close()
    return copies
