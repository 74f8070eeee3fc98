"""The calendar of site officers: overdue actions first, then visits by their days; as a page and as a file."""

from collections.abc import Iterable
from urllib.parse import urlencode

from fastapi.responses import Response
from pydantic import ValidationError

from services.site_validation.api.deps import AtDeps
from services.site_validation.pages.deps import ListReader
from services.site_validation.views.calendar import GROUPS, MOST_COUNTED, Asked, Entry, at_a_glance, counted, listed
from shared.errors import Refused
from shared.pages.csv import csv_response
from shared.pages.faults import faults_of
from shared.pages.fields import filled_in, gathered, validated
from shared.pages.forms import INVALID, Filled
from shared.pages.visits import PageRouter, SignedVisit
from shared.programme.calendar import today

COLUMNS = (
    "company",
    "status",
    "visit",
    "visit_state",
    "divisions",
    "due_on",
    "required",
    "responded",
    "overdue",
    "case",
)
router = PageRouter()


@router.page("validations")
async def show_validations(visit: ListReader, deps: AtDeps) -> Response:
    asked, form = _asked(visit)
    day = today(visit.call.at)
    all_open = not form.faults and not asked.is_filtered
    return visit.show(
        "validations.html",
        form.status,
        asked=asked,
        form=form,
        groups=GROUPS,
        sections=await at_a_glance(deps.validations, day) if all_open else (),
        listing=None if form.faults or all_open else await listed(deps.validations, asked, day),
        counts=await counted(deps.validations, day),
        most=MOST_COUNTED,
        query=_query(form),
    )


@router.page("validations_export")
async def export_validations(visit: ListReader, deps: AtDeps) -> Response:
    """Raises Refused("malformed")."""
    asked, form = _asked(visit)
    if form.faults:
        raise Refused("malformed", field=next(iter(form.faults)))
    day = today(visit.call.at)

    def phrase(key: str) -> str:
        return visit.renderer.phrase(f"calendar.{key}", visit.language)

    async def rows_after(cursor: str | None) -> tuple[Iterable[tuple[object, ...]], str | None]:
        following = asked.model_copy(update={"after": cursor})
        found = await listed(deps.validations, following, day)
        return [cells(entry, visit) for entry in found.entries], found.next

    return csv_response(f"{phrase('file')}-{day}", [phrase(f"columns.{column}") for column in COLUMNS], rows_after)


def cells(entry: Entry, visit: SignedVisit) -> tuple[object, ...]:
    """One line of the file; days as they are sorted by a spreadsheet."""
    planned = entry.visit

    def phrase(key: str) -> str:
        return visit.renderer.phrase(key, visit.language)

    return (
        entry.legal_name,
        phrase(f"calendar.statuses.{entry.status}"),
        planned and planned.on,
        planned and phrase(f"site.visits.{planned.state}"),
        ", ".join(entry.places),
        entry.due_on,
        len(entry.actions),
        entry.responded,
        entry.overdue,
        entry.application.application_id,
    )


def _asked(visit: SignedVisit) -> tuple[Asked, Filled]:
    """What the address asks for, and the form with it."""
    given = gathered(visit.http.query_params.multi_items())
    try:
        return validated(given, Asked), Filled(given)
    except ValidationError as invalid:
        return Asked(), Filled(given, faults_of(invalid, given, Asked), INVALID)


def _query(form: Filled) -> str:
    """The filter as it stands in addresses, without the place in the list."""
    names = (name for name in Asked.model_fields if name != "after" and filled_in(form.given, name))
    return urlencode({name: form.value(name) for name in names})
