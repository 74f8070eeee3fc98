"""Endpoints: officers arrange visits and record what they find; the company confirms a visit or asks for another day."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from services.site_validation import views
from services.site_validation.domain.validation.concluding import Conclude
from services.site_validation.domain.validation.findings import RecordFinding
from services.site_validation.domain.validation.state import Observation
from services.site_validation.domain.validation.visits import (
    AskAnotherDay,
    CancelVisit,
    ConfirmVisit,
    MoveVisit,
    Plan,
    PlanVisit,
    RecordVisit,
)
from shared.calendar import today
from shared.contracts.catalogue import Requirement
from shared.contracts.types import CompanyRole, FreeText
from shared.decider import Model
from shared.team import Teams, require
from shared.web import Call, Receipt, allow, desk_of

MAY_ANSWER: tuple[CompanyRole, ...] = ("account_owner", "proxy_account_owner", "full_access_user")


@dataclass(frozen=True)
class Desk:
    """What the endpoints work with."""

    validations: views.Validations
    teams: Teams
    requirements: tuple[Requirement, ...]
    intake_url: str
    action_days: int


AtDesk = Annotated[Desk, desk_of()]
SiteOfficer = Annotated[Call, allow("site_officer")]
CompanyUser = Annotated[Call, allow("trader")]
router = APIRouter()


class Day(Model):
    on: date


class Held(Model):
    held_on: date


class Wish(Model):
    """Why the planned day does not suit the company."""

    reason: FreeText


class Conclusion(Model):
    outcome: Literal["passed"]


# --- officers ------------------------------------------------------------------------------------


@router.get("/validations", summary="The queue of validations")
async def queue(wanted: Annotated[views.Wanted, Query()], _: SiteOfficer, desk: AtDesk) -> views.Queue:
    """One page of the validations in a status, in order of their ids; the open ones unless another status is named."""
    return await views.queue(desk.validations, wanted)


@router.get("/validations/{application_id}", summary="One validation")
async def read(application_id: UUID, call: SiteOfficer, desk: AtDesk) -> views.ValidationView | views.ValidationRow:
    """What the company declared and how it was judged, the visits and the findings; no more than the row before it is open."""
    snapshot = await desk.validations.read(str(application_id))
    call.tag(snapshot.sequence)
    proposed_due_on = today(call.at) + timedelta(days=desk.action_days)
    return views.validation_view(snapshot.state, desk.requirements, desk.intake_url, proposed_due_on)


@router.post("/validations/{application_id}/visits", status_code=201, summary="Plan a visit")
async def plan(application_id: UUID, body: Plan, call: SiteOfficer, desk: AtDesk) -> Receipt:
    """To one or more divisions, today or later; the company may confirm it or ask for another day."""
    command = PlanVisit(at=call.at, actor=call.actor, visit_id=call.new_id("visit"), plan=body)
    return await call.handle(desk.validations, str(application_id), command, created=command.visit_id)


@router.put("/validations/{application_id}/visits/{visit_id}", summary="Move a visit to another day")
async def move(application_id: UUID, visit_id: UUID, body: Day, call: SiteOfficer, desk: AtDesk) -> Receipt:
    """The company may confirm the new day or ask for another; the officer has the last word."""
    command = MoveVisit(at=call.at, actor=call.actor, visit_id=visit_id, on=body.on)
    return await call.handle(desk.validations, str(application_id), command)


@router.delete("/validations/{application_id}/visits/{visit_id}", summary="Cancel a visit")
async def cancel(application_id: UUID, visit_id: UUID, call: SiteOfficer, desk: AtDesk) -> Receipt:
    """A visit that was held cannot be cancelled."""
    return await call.handle(desk.validations, str(application_id), CancelVisit(at=call.at, actor=call.actor, visit_id=visit_id))


@router.post("/validations/{application_id}/visits/{visit_id}/record", summary="Record that a visit was held")
async def record_visit(application_id: UUID, visit_id: UUID, body: Held, call: SiteOfficer, desk: AtDesk) -> Receipt:
    """On the planned day or another, but not in the future."""
    command = RecordVisit(at=call.at, actor=call.actor, visit_id=visit_id, held_on=body.held_on)
    return await call.handle(desk.validations, str(application_id), command)


@router.post("/validations/{application_id}/findings", status_code=201, summary="Record a finding")
async def record_finding(application_id: UUID, body: Observation, call: SiteOfficer, desk: AtDesk) -> Receipt:
    """At a division that was visited, about a requirement that it answered. A required action needs a due date; the note stays inside."""
    command = RecordFinding(at=call.at, actor=call.actor, finding_id=call.new_id("finding"), observation=body)
    return await call.handle(desk.validations, str(application_id), command, created=command.finding_id)


@router.post("/validations/{application_id}/conclusion", summary="Conclude a validation")
async def conclude(application_id: UUID, body: Conclusion, call: SiteOfficer, desk: AtDesk) -> Receipt:
    """Passed, once a visit was held, none is outstanding and no required action is open."""
    command = Conclude(at=call.at, actor=call.actor, outcome=body.outcome)
    return await call.handle(desk.validations, str(application_id), command)


# --- companies -----------------------------------------------------------------------------------


@router.get("/companies/{company_id}/validation", summary="A company's own validation")
async def read_own(company_id: UUID, call: CompanyUser, desk: AtDesk) -> views.CompanyView:
    """The visits to arrange, and the findings with their due dates; for everybody on the company's team, once the validation is open."""
    await require(desk.teams, company_id, call.actor.subject)
    snapshot = await views.newest(desk.validations, company_id)
    call.tag(snapshot.sequence)
    return views.company_view(snapshot.state, desk.requirements)


@router.post("/companies/{company_id}/visits/{visit_id}/confirmation", summary="Confirm a visit")
async def confirm(company_id: UUID, visit_id: UUID, call: CompanyUser, desk: AtDesk) -> Receipt:
    """For everybody on the company's team but read-only users."""
    await require(desk.teams, company_id, call.actor.subject, *MAY_ANSWER)
    application_id = await views.visited(desk.validations, company_id, visit_id)
    return await call.handle(desk.validations, application_id, ConfirmVisit(at=call.at, actor=call.actor, visit_id=visit_id))


@router.post("/companies/{company_id}/visits/{visit_id}/another-day", summary="Ask for another day")
async def ask_another_day(company_id: UUID, visit_id: UUID, body: Wish, call: CompanyUser, desk: AtDesk) -> Receipt:
    """For everybody on the company's team but read-only users; the officer reads the reason."""
    await require(desk.teams, company_id, call.actor.subject, *MAY_ANSWER)
    application_id = await views.visited(desk.validations, company_id, visit_id)
    command = AskAnotherDay(at=call.at, actor=call.actor, visit_id=visit_id, reason=body.reason)
    return await call.handle(desk.validations, application_id, command)
