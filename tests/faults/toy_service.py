"""Toy aggregates as a service on the real kernel: a tally that gets a number announces it, and ledgers consume that."""

import os
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, FastAPI

from shared import handling
from shared.handling import Aggregate, Receipt
from shared.http.call import Call
from shared.http.guard import allow
from shared.http.state import deps
from shared.service import Kernel
from shared.settings import ServiceSettings as Settings
from tests.support.builders.toys import SUBSCRIPTIONS, Announce, Deploy, ledger, tally

__all__ = ["Settings", "build"]

router = APIRouter()


@dataclass(frozen=True)
class Deps:
    tallies: Aggregate[Any, Any, Any]


@router.post("/tallies/{company}", status_code=201)
async def announce(company: UUID, call: Annotated[Call, allow("trader")], deps: Annotated[Deps, deps()]) -> Receipt:
    """Announces the next number of a company."""
    return await call.handle(deps.tallies, str(company), Announce(at=call.at, actor=call.actor, company=company))


def build(settings: Settings) -> FastAPI:
    """The service. MENDED: whether the code is mended that chokes on poison."""
    handling.MOST_KEYS_OF_A_CALLER = handling.MOST_KEYS  # one person asks for more here in a minute than in a day
    Deploy.mended = os.environ.get("MENDED", "yes") == "yes"
    kernel = Kernel("review", settings)  # the texts of some service, and no partners' topics
    deps = Deps(kernel.aggregate(tally()))
    kernel.aggregate(ledger())
    return kernel.app(deps=deps, subscriptions=SUBSCRIPTIONS, routers=(router,))
