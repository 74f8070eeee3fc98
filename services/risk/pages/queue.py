"""The queue of assessments, those that wait for an officer first; and what its address asks for as a file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends
from fastapi import Request as HttpRequest
from fastapi.responses import Response
from pydantic import ValidationError

from services.risk.api.deps import AtDeps
from services.risk.pages.deps import ListReader
from services.risk.views.assessments import AssessmentView
from services.risk.views.queue import Asked, Worklist, counts, worklist
from shared.errors import Refused
from shared.pages.csv import Row, csv_response
from shared.pages.faults import faults_of
from shared.pages.fields import Given, filled_in, gathered, validated
from shared.pages.forms import INVALID, Filled
from shared.pages.visits import PageRouter
from shared.programme.calendar import today

COLUMNS = (
    "company", "application", "company_id", "submission", "submitted_on", "status",
    "points", "band", "policy", "outcome", "decided_by", "decided_at",
)  # fmt: skip
FILTERS = ("status", "band", "name")
router = PageRouter()


@dataclass(frozen=True)
class Search:
    """What an address asks for: the filter as its form shows it, and None instead of what cannot be asked for."""

    form: Filled
    asked: Asked | None

    def address(self, **changed: str) -> str:
        """The query of the same filter with something changed, without what is empty."""
        kept = {name: self.form.value(name) for name in FILTERS}
        return "?" + urlencode({name: value for name, value in (kept | changed).items() if value.strip()})


def _search(http: HttpRequest) -> Search:
    given: Given = gathered(http.query_params.multi_items())
    form = Filled(given)
    try:
        return Search(form, validated(given, Asked))
    except ValidationError as invalid:
        return Search(replace(form, faults=faults_of(invalid, given, Asked), status=INVALID), None)


AtSearch = Annotated[Search, Depends(_search)]


@router.page("assessments")
async def show_assessments(search: AtSearch, visit: ListReader, deps: AtDeps) -> Response:
    shown = await worklist(deps.assessments, search.asked) if search.asked else Worklist((), None)
    return visit.show(
        "assessments.html",
        search.form.status,
        form=search.form,
        address=search.address,
        is_filtered=any(filled_in(search.form.given, name) for name in FILTERS),
        work=shown,
        counts=await counts(deps.assessments),
        lines=deps.lines,
    )


@router.page("assessments_export")
async def export_assessments(search: AtSearch, visit: ListReader, deps: AtDeps) -> Response:
    """Raises Refused("malformed") for a filter that the page would not take."""
    if search.asked is None:
        raise Refused("malformed", field=next(iter(search.form.faults)))
    asked = search.asked

    def phrase(key: str) -> str:
        return visit.renderer.phrase(key, visit.language)

    async def rows_after(place: str | None) -> tuple[Iterator[Row], str | None]:
        found = await worklist(deps.assessments, asked.model_copy(update={"after": place}))
        return (_row(each, phrase) for group in found.groups for each in group.assessments), found.next

    heads = [phrase(f"assessments.columns.{name}") for name in COLUMNS]
    return csv_response(f"{phrase('assessments.file')}-{today(visit.call.at)}", heads, rows_after)


def _row(shown: AssessmentView, phrase: Callable[[str], str]) -> Row:
    """Points and results; the reasons stay where they are read."""
    score, decision = shown.score, shown.decision
    return (
        shown.legal_name,
        shown.application_id,
        shown.company_id,
        shown.submission,
        shown.declared and shown.declared.submitted_on,
        phrase(f"assessments.status.{shown.status}"),
        score and score.score,
        score and phrase(f"risk.bands.{score.band}"),
        score and score.policy_version,
        decision and phrase(f"risk.outcomes.{decision.outcome}"),
        decision and phrase(f"risk.deciders.{decision.decided_by}"),
        decision and decision.decided_at.isoformat(),
    )
