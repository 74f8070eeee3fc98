"""How fast pages come while people read and write beside the whole deployment, and how long the bus then takes."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from json import loads
from pathlib import Path
from time import monotonic
from uuid import UUID, uuid5

import httpx

from deploy.demo.cast import Cast, Player, cast_of
from deploy.demo.company import Company
from deploy.demo.officers import in_status, take
from deploy.local.deployment import Deployment
from deploy.local.supervisor import SERVICES, Running, running
from shared.http.session.sealed import Seal
from shared.http.session.session import Sessions
from shared.i18n import Language
from shared.model import Json
from shared.pages.addresses import LANGUAGES, Address, addresses
from shared.programme.roles import REVIEW_OFFICER, TRADER
from tests.bench.companies import begun, copies, prepared
from tests.bench.decisions import at_rate, decidable, decision_path, store_cases
from tests.bench.ground import resident_mb
from tests.bench.scale import Scale, percentiles
from tests.support.builders.packages import COMPANY
from tests.support.servers.browser import Browser, signed_in
from tests.support.servers.served import application_of

READS_PER_SECOND, WRITES_PER_SECOND, DECISIONS_PER_SECOND = 20, 2, 2
QUIET_PART = 0.2  # of the time, without the load
HEADER_BYTES = 4  # of a line beside its name and value
ASSET = re.compile(r"[\w-]+\.[0-9a-f]{8}\.\w+")
SAVED = "requirement"  # the page whose form is sent


@dataclass(frozen=True)
class Read:
    """A page that is read all the time, by whom, and of which company."""

    page: str
    role: str
    company: str
    query: str = ""


READS = (
    Read("overview", TRADER, "begun"),
    Read("overview", TRADER, "submitted"),
    Read("cases", REVIEW_OFFICER, "submitted", "?view=everybodys"),
    Read("case_division", REVIEW_OFFICER, "submitted"),
    Read("case_answer", REVIEW_OFFICER, "submitted"),
)
FIRST_VIEWS = (Read("start", TRADER, "begun"), *READS)


@dataclass(frozen=True)
class Visitors:
    """The companies that are visited, by how far they are, and everybody's browser, by role and company."""

    ids: Mapping[str, Mapping[str, str]]
    browsers: Mapping[tuple[str, str], Browser]

    def reads(self) -> Iterator[tuple[Browser, str]]:
        """Who opens which address, for ever."""
        for read in cycle(READS):
            for language in LANGUAGES:
                yield self.browsers[read.role, read.company], self.address(read, language)

    def address(self, read: Read, language: Language) -> str:
        return addresses()[read.page].path(language, **self.ids[read.company]) + read.query


async def pages(home: Path, scale: Scale) -> Json:
    """Server times of each page and of saved answers, the delay of decisions without and with the load, weights."""
    os.environ["TT_ACCESS_LOG"] = "true"  # the services have our environment; a line says how long an answer took
    async with (
        running(home / "deployment", lambda _: None) as deployed,
        visited(deployed.deployment, scale) as visitors,
        decision_path(deployed) as path,
    ):
        views = [(read.page, await first_view(visitors, read)) for read in FIRST_VIEWS]
        quiet, loaded = [
            await _decidable(deployed, name, scale.pages_seconds * part)
            for name, part in (("quiet", QUIET_PART), ("loaded", 1))
        ]
        without = await at_rate(path, quiet, DECISIONS_PER_SECOND)
        began = {name: deployed.servers[name].process.log.stat().st_size for name in SERVICES}
        beside, refused, _ = await asyncio.gather(
            at_rate(path, loaded, DECISIONS_PER_SECOND),
            _read(visitors, scale.pages_seconds),
            _write(visitors, scale.pages_seconds),
        )
        logs = {name: _written(deployed.servers[name].process.log, began[name]) for name in SERVICES}
        memory = {name: resident_mb(deployed.servers[name].process.pid) for name in SERVICES}
    del os.environ["TT_ACCESS_LOG"]
    return {
        "seconds": scale.pages_seconds,
        "cases": scale.cases,
        "divisions": scale.divisions,
        "refused": refused,
        "milliseconds": {page: percentiles([served(logs, "GET", addresses()[page])]) for page in _measured()},
        "saved_milliseconds": percentiles([served(logs, "POST", addresses()[SAVED])]),
        "decision_milliseconds": {"without": percentiles([without]), "with": percentiles([beside])},
        "first_view_bytes": {page: max(size for of, size in views if of == page) for page, _ in views},
        "memory_mb": memory,
    }


# --- who comes ------------------------------------------------------------------------------------


@asynccontextmanager
async def visited(deployment: Deployment, scale: Scale) -> AsyncIterator[Visitors]:
    """Many stored companies and cases, and two companies with many divisions: one has begun, one has submitted."""
    async with (
        cast_of(deployment) as cast,
        httpx.AsyncClient(base_url=_portal(deployment), timeout=30, trust_env=False) as http,
    ):
        catalogue = await cast.trader("anybody").get("intake", "/catalogue")
        await copies(deployment, await begun(cast, catalogue, 1, 1), range(10, 10 + scale.cases))
        await store_cases(deployment, [uuid5(COMPANY, f"stored {number}") for number in range(scale.cases)])
        companies = {
            "begun": await begun(cast, catalogue, 2, scale.divisions),
            "submitted": await prepared(cast, catalogue, 3, scale.divisions),
        }
        await companies["submitted"].submit(catalogue)
        ids = {stage: _ids(company) for stage, company in companies.items()}
        ids["submitted"] |= await _first_answer(cast.officer(REVIEW_OFFICER), ids["submitted"]["application_id"])
        browsers = {
            (role, stage): await _browser(_player(cast, role, company), role, deployment, http)
            for stage, company in companies.items()
            for role in {TRADER, *(read.role for read in READS)}
        }
        yield Visitors(ids, browsers)


def _player(cast: Cast, role: str, company: Company) -> Player:
    return company.owner if role == TRADER else cast.officer(role)


async def _browser(player: Player, role: str, deployment: Deployment, http: httpx.AsyncClient) -> Browser:
    """Somebody who has just signed in at the portal."""
    portal = deployment.portal
    assert portal
    sessions = Sessions(Seal([portal.session_key]), portal.url)
    urn = (await player.get("intake", "/me"))["urn"]
    return signed_in(http, sessions, urn, role, issuer=deployment.issuer, name=player.name)


def _ids(company: Company) -> dict[str, str]:
    return {"company_id": company.id, "application_id": str(application_of(UUID(company.id)))}


async def _first_answer(officer: Player, application_id: str) -> Mapping[str, str]:
    """Which answer the officer, who takes the case, judges first."""
    case = await in_status(officer, "review", f"/cases/{application_id}", "under_review")
    await take(officer, application_id)
    division = case["divisions"][0]
    return {"division_id": division["division_id"], "requirement_id": division["answers"][0]["requirement_id"]}


def _portal(deployment: Deployment) -> str:
    assert deployment.portal
    return deployment.portal.url


# --- the load -------------------------------------------------------------------------------------


async def _decidable(deployed: Running, name: str, seconds: float) -> list[UUID]:
    """Companies for so many seconds of decisions."""
    return await decidable(deployed, [f"{name} {number}" for number in range(int(seconds * DECISIONS_PER_SECOND))])


async def _read(visitors: Visitors, seconds: float) -> int:
    """Opens pages at their moments, however many are still on their way; how many were refused."""
    reads = list(islice(visitors.reads(), int(seconds * READS_PER_SECOND)))
    refused: list[bool] = []

    async def read(number: int) -> None:
        browser, path = reads[number]
        refused.append((await browser.opens(path)).status != httpx.codes.OK)

    await _at_moments(read, READS_PER_SECOND, len(reads))
    return sum(refused)


async def _write(visitors: Visitors, seconds: float) -> None:
    """One person answers requirement after requirement: each page that is sent leads to the next."""
    browser, ids = visitors.browsers[TRADER, "begun"], visitors.ids["begun"]
    security = await browser.opens(addresses()["security"].path("en", **ids))
    shown = [await security.follow("main .hero a")]

    async def write(_: int) -> None:
        shown.append(await shown[-1].send(text="In place since 2024, and looked at every spring."))
        if shown[-1].status != httpx.codes.OK or shown[-1].faults():
            raise RuntimeError(f"{shown[-1].path}: {shown[-1].status} {shown[-1].faults()}")

    for number in range(int(seconds * WRITES_PER_SECOND)):
        await asyncio.gather(write(number), asyncio.sleep(1 / WRITES_PER_SECOND))


async def _at_moments(act: Callable[[int], Awaitable[None]], per_second: float, many: int) -> None:
    began = monotonic()

    async def at(number: int) -> None:
        await asyncio.sleep(began + number / per_second - monotonic())
        await act(number)

    await asyncio.gather(*map(at, range(many)))


# --- what it took ---------------------------------------------------------------------------------


def _measured() -> list[str]:
    return list(dict.fromkeys([*(read.page for read in READS), SAVED]))


def served(logs: Mapping[str, list[Json]], method: str, address: Address) -> list[float]:
    """Milliseconds of the service for each request of a page, from its access log."""
    routes = {address.template(language) for language in LANGUAGES}
    return [
        line["seconds"] * 1_000
        for line in logs[address.service]
        if (line["event"], line.get("method")) == ("request", method) and line["route"] in routes
    ]


def _written(log: Path, since: int) -> list[Json]:
    """The lines that a service has written to its log since it had so many bytes."""
    lines = log.read_bytes()[since:].decode().splitlines()
    return [loads(line) for line in lines if line.startswith("{")]


async def first_view(visitors: Visitors, read: Read) -> int:
    """Bytes on the wire of a page and of everything that it names, for a browser that keeps nothing yet."""
    browser = visitors.browsers[read.role, read.company]
    total, asked, left = 0, set[str](), [visitors.address(read, "en")]
    while left:
        path = left.pop()
        asked.add(path)
        async with browser.http.stream("GET", path, headers={**browser.headers, "Accept-Encoding": "gzip"}) as answer:
            answer.raise_for_status()
            content = await answer.aread()
            total += answer.num_bytes_downloaded
            total += sum(len(name) + len(value) + HEADER_BYTES for name, value in answer.headers.raw)
        named = (
            ASSET.findall(content.decode("utf-8", "replace")) if "font" not in answer.headers["content-type"] else []
        )
        left += sorted({f"/static/{name}" for name in named} - asked - {*left})
    return total
