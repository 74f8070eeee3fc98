"""A toy service on the real kernel, with people who call it."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import APIRouter, FastAPI

from shared.handling import Aggregate, Receipt
from shared.http.call import Call
from shared.http.guard import allow
from shared.http.state import deps
from shared.model import Model
from shared.service import Kernel
from shared.settings import ServiceSettings
from shared.tasks import Tasks
from tests.support.builders.toys import Announce, tally
from tests.support.servers.serving import Issuer, client

router = APIRouter()
Anybody = Annotated[Call, allow("trader")]
Officer = Annotated[Call, allow("review_officer", "decision_officer")]


@dataclass(frozen=True)
class Deps:
    tallies: Aggregate[Any, Any, Any]


AtDeps = Annotated[Deps, deps()]


class Number(Model):
    padding: str = ""
    size: int = 0


@router.post("/tallies/{company}", status_code=201)
async def add(company: UUID, body: Number, call: Anybody, deps: AtDeps) -> Receipt:
    command = Announce(at=call.at, actor=call.actor, company=company, padding=body.padding)
    return await call.handle(deps.tallies, str(company), command, created=call.new_id("number", company))


@router.get("/tallies/{company}")
async def read(company: UUID, call: Officer, deps: AtDeps) -> int:
    found = await deps.tallies.read(str(company))
    call.tag(found.sequence)
    return int(found.state.number)


@router.get("/breaks")
async def breaks(_: Anybody) -> None:
    raise ZeroDivisionError("marker-4711")


@dataclass(frozen=True)
class ToyService:
    url: str
    issuer: Issuer
    tasks: Tasks

    def trader(self, language: str = "en") -> httpx.AsyncClient:
        return client(self.url, self.issuer.token("ann"), language)

    def officer(self) -> httpx.AsyncClient:
        return client(self.url, self.issuer.token("olga", "review_officer"))

    def operator(self) -> httpx.AsyncClient:
        return client(self.url, self.issuer.token("otto", "operator"))


def toy_app(mongo_url: str, database: str, issuer: str, **changes: Any) -> FastAPI:
    settings = ServiceSettings(
        kafka_bootstrap="127.0.0.1:9",
        mongo_url=mongo_url,
        database=database,
        issuers=(issuer,),
        max_body_bytes=2_000,
        max_file_bytes=4_000,
        **changes,
    )
    kernel = Kernel("review", settings)
    return kernel.app(deps=Deps(kernel.aggregate(tally())), subscriptions={}, routers=(router,))


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer, whole and with this status and code."""
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["code"], body["status"]) == (status, code, status), body
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"urn:trusted-trader:problem:{code}"
    assert body["correlation"] == answer.headers["x-correlation-id"]
    return body
