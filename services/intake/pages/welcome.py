"""The first page after sign-in: the person's own number, and the companies that it acts for."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from services.intake.api.company import read_me
from services.intake.api.deps import AtDeps
from services.intake.pages.deps import Trader
from services.intake.views.company import Filter
from shared.pages.visits import PageRouter
from shared.store.paging import Cursor

router = PageRouter()


@router.page("welcome")
async def show_welcome(visit: Trader, deps: AtDeps, after: Annotated[Cursor | None, Query()] = None) -> Response:
    me = await read_me(Filter(after=after), visit.call, deps)
    return visit.show("welcome.html", me=me, roles=deps.reference.catalogue.labels.roles)
