"""The log of sharing: which administration was sent what of the company, when, why, and under which consent."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response

from services.mra_exchange.api.deps import AtDeps
from services.mra_exchange.api.log import read_log
from services.mra_exchange.pages.deps import Trader
from services.mra_exchange.views.log import LogFilter
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("sharing_log")
async def show_log(company_id: UUID, criteria: Annotated[LogFilter, Query()], visit: Trader, deps: AtDeps) -> Response:
    return visit.show("log.html", log=await read_log(company_id, criteria, visit.call, deps))
