"""What the address of the queue asks for, and the same cases as a file."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from fastapi.responses import Response
from pydantic import ValidationError

from services.review.api.deps import AtDeps, Deps
from services.review.pages.deps import ListReader
from services.review.views.queue import CaseRow, Filter, Queue, Status, queue
from services.review.views.worklist import Group, Selection, View, Worklist, worklist
from shared.contracts.catalogue import Catalogue
from shared.contracts.pip_id import is_pip_id
from shared.contracts.types import LineOfBusiness
from shared.errors import Refused
from shared.model import Json, Model
from shared.pages.csv import Row, csv_response
from shared.pages.faults import Faults, faults_of
from shared.pages.fields import Given, gathered, validated
from shared.pages.forms import INVALID, Filled
from shared.pages.visits import PageRouter, SignedVisit
from shared.programme.calendar import today
from shared.programme.forms.numbers import PersonReference, business_number
from shared.programme.roles import DECISION_OFFICER, REVIEW_OFFICER
from shared.store.paging import Cursor

COLUMNS = (
    "company", "business_number", "lines", "submission", "submitted_on", "stage", "officer", "elapsed", "of", "due_on",
    "standard_missed", "answer_by", "answer_overdue", "reference",
)  # fmt: skip
router = PageRouter()


class Address(Model):
    """The query of the queue's address; what is searched for is found whoever has it."""

    find: str | None = None
    view: View | None = None
    status: Status | None = None
    line_of_business: LineOfBusiness | None = None
    assignee: PersonReference | None = None
    after: Cursor | None = None


@dataclass(frozen=True)
class Asked:
    """Which cases somebody asks for; `faults`: what in the address is none of what it may be."""

    given: Given
    selection: Selection
    search: Filter | None = None
    after: str | None = None
    faults: Faults = field(default_factory=dict)

    @property
    def form(self) -> Filled:
        """The fields of the filter as they stand in the address."""
        return Filled(self.given, self.faults, INVALID if self.faults else 200)


def asked(visit: ListReader) -> Asked:
    """Read from the address; a stage that is named there is looked for beyond what waits for a decision, too."""
    given = gathered(visit.http.query_params.multi_items())
    view = _first_view(visit.call.caller.roles)
    try:
        address: Address = validated(given, Address)
        chosen = address.model_dump(include={"status", "line_of_business", "assignee"})
        search = Filter(**sought(address.find), **chosen, after=address.after) if address.find else None
    except ValidationError as invalid:
        faults = {"find" if name == "name" else name: code for name, code in faults_of(invalid, given, Address).items()}
        return Asked(given, Selection(view=view), faults=faults)
    view = address.view or view
    if view == "to_decide" and address.status:
        view = "everybodys"
    return Asked(given, Selection(view=view, **chosen), search, address.after)


def _first_view(roles: Collection[str]) -> View:
    """What an officer comes for: the own cases, those that wait for a decision, or else everybody's."""
    if REVIEW_OFFICER in roles:
        return "mine"
    return "to_decide" if DECISION_OFFICER in roles else "everybodys"


AsAsked = Annotated[Asked, Depends(asked)]


def sought(text: str) -> Json:
    """What is searched for: a PIP number, a business number, or else how the legal name begins."""
    if is_pip_id(number := "".join(text.split()).upper()):
        return {"pip_id": number}
    try:
        return {"business_number": business_number(text)[0]}
    except ValueError:
        return {"name": text}


async def found(visit: SignedVisit, deps: Deps, criteria: Filter) -> Queue:
    """One page of what is searched for, whoever has it, open or closed."""
    return await queue(deps.cases, deps.memberships, criteria, today(visit.call.at))


async def worked_off(visit: SignedVisit, deps: Deps, selection: Selection, after: str | None) -> Worklist:
    """One page of the worklist."""
    return await worklist(deps.cases, selection, visit.call.caller.subject, today(visit.call.at), after)


# --- as a file ------------------------------------------------------------------------------------


@router.page("cases_export")
async def export_cases(visit: ListReader, choice: AsAsked, deps: AtDeps) -> Response:
    """The cases that the page would show, one by one. Raises Refused("malformed")."""
    if choice.faults:
        raise Refused("malformed", field=next(iter(choice.faults)))

    async def rows_after(cursor: str | None) -> tuple[Iterable[Row], str | None]:
        if choice.search:
            page = await found(visit, deps, choice.search.model_copy(update={"after": cursor}))
            return _rows(page.cases, visit, deps.catalogue), page.next
        work = await worked_off(visit, deps, choice.selection, cursor)
        return _rows(_cases(work.groups), visit, deps.catalogue), work.next

    heads = [visit.renderer.phrase(f"queue.columns.{column}", visit.language) for column in COLUMNS]
    name = visit.renderer.phrase("queue.file", visit.language)
    return csv_response(f"{name}-{today(visit.call.at)}", heads, rows_after)


def _cases(groups: Iterable[Group]) -> Iterable[CaseRow]:
    return (case for group in groups for case in group.cases)


def _rows(cases: Iterable[CaseRow], visit: SignedVisit, catalogue: Catalogue) -> Iterable[Row]:
    lines = {line.id: getattr(line.name, visit.language) for line in catalogue.lines_of_business}
    stages = {stage: getattr(text, visit.language) for stage, text in catalogue.labels.stages.items()}
    words = {so: visit.renderer.phrase("form.yes" if so else "form.no", visit.language) for so in (True, False)}
    return (
        (
            case.legal_name,
            case.business_number,
            ", ".join(lines[line] for line in case.lines_of_business),
            case.submission,
            today(case.submitted_at),
            stages[case.stage],
            case.assignee,
            case.clock.elapsed,
            case.clock.standard_days,
            case.clock.due_on,
            words[case.standard_missed],
            case.answer_by,
            words[case.answer_overdue],
            case.application_id,
        )
        for case in cases
    )
