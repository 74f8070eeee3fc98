"""The members: who they are, whose revalidation is due by when, and the same list as a file."""

from collections.abc import Iterable
from functools import partial

from fastapi.responses import Response
from pydantic import ValidationError

from services.review.api.deps import AtDeps, Deps
from services.review.pages.deps import ListReader
from services.review.pages.queue import sought
from services.review.views.memberships import Filter, MembershipRow, counted, listed
from shared.errors import Refused
from shared.i18n import pick
from shared.pages.csv import Row, csv_response
from shared.pages.faults import faults_of
from shared.pages.fields import Given, filled_in, gathered, validated
from shared.pages.forms import INVALID, Filled
from shared.pages.visits import PageRouter, SignedVisit
from shared.programme.calendar import today

MOST_AT_ONCE = 100
COLUMNS = (
    "company",
    "business_number",
    "pip_number",
    "status",
    "status_since",
    "member_since",
    "revalidation_due",
    "overdue",
)
router = PageRouter()


@router.page("members")
async def show_members(visit: ListReader, deps: AtDeps) -> Response:
    asked, at = _asked(visit), today(visit.call.at)
    page = None if asked.faults else await listed(deps.memberships, validated(_in_fields(asked.given), Filter))
    return visit.show(
        "members.html",
        asked.status,
        form=asked,
        list=page,
        counts=await counted(deps.memberships, at),
        today=at,
        labels=deps.catalogue.labels.memberships,
    )


@router.page("members_export")
async def export_members(visit: ListReader, deps: AtDeps) -> Response:
    """Raises Refused("malformed")."""
    asked = _asked(visit)
    if asked.faults:
        raise Refused("malformed", field=next(iter(asked.faults)))
    criteria: Filter = validated(_in_fields(asked.given), Filter)

    async def rows_after(cursor: str | None) -> tuple[Iterable[Row], str | None]:
        page = await listed(deps.memberships, criteria.model_copy(update={"after": cursor, "limit": MOST_AT_ONCE}))
        return map(partial(_cells, visit, deps), page.memberships), page.next

    heads = [visit.renderer.phrase(f"members.{column}", visit.language) for column in COLUMNS]
    name = visit.renderer.phrase("members.file", visit.language)
    return csv_response(f"{name}-{today(visit.call.at)}", heads, rows_after)


def _asked(visit: SignedVisit) -> Filled:
    """What the address asks for, with what is wrong in it."""
    given = gathered(visit.http.query_params.multi_items())
    fields = _in_fields(given)
    try:
        validated(fields, Filter)
    except ValidationError as invalid:
        faults = faults_of(invalid, fields, Filter)
        placed = {name if name in given else "find": code for name, code in faults.items()}
        return Filled(given, placed, INVALID)
    return Filled(given)


def _in_fields(given: Given) -> Given:
    """What somebody looks for, in the field of the filter that it is."""
    found = sought("".join(filled_in(given, "find")))
    return {**given, **{name: (text,) for name, text in found.items()}}


def _cells(visit: SignedVisit, deps: Deps, row: MembershipRow) -> Row:
    return (
        row.legal_name,
        row.business_number,
        row.pip_id,
        pick(deps.catalogue.labels.memberships[row.status], visit.language),
        row.status_since,
        row.member_since,
        row.revalidation_due_on,
        visit.renderer.phrase("form.yes" if row.revalidation_fell_due else "form.no", visit.language),
    )
