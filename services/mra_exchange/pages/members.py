"""Members that a foreign administration may know now: all of them, one by its PIP number, or as a file."""

from collections.abc import Iterable
from typing import Annotated

from fastapi.responses import Response
from pydantic import StringConstraints

from services.mra_exchange.api.deps import AtDeps, administration_of
from services.mra_exchange.api.members import read_member, read_members
from services.mra_exchange.pages.deps import Partner
from services.mra_exchange.views.members import Filter
from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.types import PipId
from shared.errors import Refused
from shared.pages.csv import Row, csv_response
from shared.pages.visits import PageRouter
from shared.store.paging import Cursor

PAGE, ROWS = 50, 500
COLUMNS = (
    *("pip", "name", "lines", "city", "region", "postal_code", "country"),
    *("status", "member_since", "member_until"),
)
Number = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, max_length=40)]
router = PageRouter()


@router.page("feed")
async def show_members(visit: Partner, deps: AtDeps, after: Cursor | None = None, pip: Number = "") -> Response:
    """All of them; with a PIP number, on to that member."""
    members = await read_members(Filter(limit=PAGE, after=after), visit.call, deps)
    administration = administration_of(visit.call)
    if pip and await _is_shared(pip, visit, deps):
        return visit.leave("feed_member", pip=pip)
    return visit.show(
        "feed.html",
        administration=deps.catalogue.names[administration],
        labels=deps.catalogue.labels,
        members=members,
        pip=pip,
    )


@router.page("feed_member")
async def show_member(pip: PipId, visit: Partner, deps: AtDeps) -> Response:
    """The record of one. Raises Refused("not_found")."""
    record = await read_member(pip, visit.call, deps)
    return visit.show("feed_member.html", labels=deps.catalogue.labels, record=record)


@router.page("feed_export")
async def export_members(visit: Partner, deps: AtDeps) -> Response:
    """A file with the elements of every record, and no others."""
    code = administration_of(visit.call).lower()

    async def rows_after(cursor: str | None) -> tuple[Iterable[Row], str | None]:
        page = await read_members(Filter(limit=ROWS, after=cursor), visit.call, deps)
        return map(cells, page.members), page.next

    heads = [visit.renderer.phrase(f"feed.columns.{column}", visit.language) for column in COLUMNS]
    return csv_response(f"members-{code}", heads, rows_after)


def cells(record: PartnerRecord) -> Row:
    """A record in the order of the columns."""
    address, dates = record.address, record.dates
    place = (", ".join(address.lines), address.city, address.region, address.postal_code, address.country)
    return (record.identifiers.pip, record.name, *place, record.status, dates.member_since, dates.member_until)


async def _is_shared(pip: str, visit: Partner, deps: AtDeps) -> bool:
    try:
        await read_member(pip, visit.call, deps)
    except Refused:
        return False
    return True
