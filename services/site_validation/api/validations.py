"""Endpoints: officers plan visits, record findings and conclude; the company agrees on the day and responds."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Query

from services.site_validation import views
from services.site_validation.domain.validation.actions import AcceptResponse, Rejection, RejectResponse, Respond
from services.site_validation.domain.validation.concluding import Conclude, Waive
from services.site_validation.domain.validation.findings import RecordFinding
from services.site_validation.domain.validation.state import Observation, Response
from services.site_validation.domain.validation.visits import (
    AskAnotherDay,
    CancelVisit,
    ConfirmVisit,
    MoveVisit,
    Plan,
    PlanVisit,
    RecordVisit,
)
from shared.contracts.catalogue import Requirement
from shared.contracts.types import CalendarDay, CompanyRole, FreeText
from shared.handling import Receipt
from shared.http.call import Call
from shared.http.guard import allow, deps
from shared.http.openapi import refuses
from shared.model import Model
from shared.programme.calendar import today
from shared.programme.team import Teams, require

MAY_ANSWER: tuple[CompanyRole, ...] = ("account_owner", "proxy_account_owner", "full_access_user")
NOT_OPEN = ("risk_not_acceptable_yet", "already_concluded", "validation_closed")


@dataclass(frozen=True)
class Deps:
    """What the endpoints work with."""

    validations: views.Validations
    teams: Teams
    requirements: tuple[Requirement, ...]
    intake_url: str
    action_days: int


AtDeps = Annotated[Deps, deps()]
SiteOfficer = Annotated[Call, allow("site_officer")]
DecisionOfficer = Annotated[Call, allow("decision_officer")]
Reader = Annotated[Call, allow("site_officer", "decision_officer")]
Trader = Annotated[Call, allow("trader")]
OBSERVATION = Body(
    examples=[
        {
            "division_id": "00000000-0000-4000-8000-000000000001",
            "requirement_id": "CS-01",
            "kind": "action_required",
            "text": "The north gate has no lock.",
            "note": "Seen at both visits.",
            "due_on": "2027-06-09",
        }
    ]
)
officers = APIRouter(tags=["validations"])
companies = APIRouter(tags=["companies"])


class Day(Model):
    on: CalendarDay


class Held(Model):
    held_on: CalendarDay


class Wish(Model):
    """Why the planned day does not suit the company."""

    reason: FreeText


class Conclusion(Model):
    """The outcome of the visits; a failure needs a reason, which whoever decides on the application reads."""

    outcome: Literal["passed", "failed"]
    reason: FreeText | None = None


class Waiver(Model):
    """Why no visit is needed."""

    reason: FreeText | None = None


# --- officers ------------------------------------------------------------------------------------


@officers.get("/validations", summary="The queue of validations")
async def list_validations(wanted: Annotated[views.Filter, Query()], _: Reader, deps: AtDeps) -> views.Queue:
    """One page of the validations in a status, in order of their ids; the open ones where none is named.

    `overdue`: those that have an overdue action; `visit_from` and `visit_until`: those with a visit to come in between.
    """
    return await views.queue(deps.validations, wanted)


@officers.get("/validations/{application_id}", summary="One validation")
async def read_validation(
    application_id: UUID, call: Reader, deps: AtDeps
) -> views.ValidationView | views.ValidationRow:
    """What the company declared and how it was judged, the visits and findings; only the row before it is open."""
    snapshot = await deps.validations.read(str(application_id))
    call.tag(snapshot.sequence)
    proposed_due_on = today(call.at) + timedelta(days=deps.action_days)
    return views.validation_view(snapshot.state, deps.requirements, deps.intake_url, proposed_due_on)


@officers.post("/validations/{application_id}/visits", status_code=201, summary="Plan a visit")
@refuses(*NOT_OPEN, "date_in_past", "too_many_visits", "unknown_division")
async def plan_visit(application_id: UUID, body: Plan, call: SiteOfficer, deps: AtDeps) -> Receipt:
    """To one or more divisions, today or later; the company may confirm it or ask for another day."""
    command = PlanVisit(at=call.at, actor=call.actor, visit_id=call.new_id("visit"), plan=body)
    return await call.handle(deps.validations, str(application_id), command, created=command.visit_id)


@officers.put("/validations/{application_id}/visits/{visit_id}", summary="Move a visit to another day")
@refuses(*NOT_OPEN, "date_in_past", "unknown_visit", "visit_held")
async def move_visit(application_id: UUID, visit_id: UUID, body: Day, call: SiteOfficer, deps: AtDeps) -> Receipt:
    """The company may confirm the new day or ask for another; the officer has the last word."""
    command = MoveVisit(at=call.at, actor=call.actor, visit_id=visit_id, on=body.on)
    return await call.handle(deps.validations, str(application_id), command)


@officers.delete("/validations/{application_id}/visits/{visit_id}", summary="Cancel a visit")
@refuses(*NOT_OPEN, "unknown_visit", "visit_held")
async def cancel_visit(application_id: UUID, visit_id: UUID, call: SiteOfficer, deps: AtDeps) -> Receipt:
    """A visit that was held cannot be cancelled."""
    return await call.handle(
        deps.validations, str(application_id), CancelVisit(at=call.at, actor=call.actor, visit_id=visit_id)
    )


@officers.post("/validations/{application_id}/visits/{visit_id}/record", summary="Record that a visit was held")
@refuses(*NOT_OPEN, "unknown_visit", "visit_held", "visit_in_future")
async def record_visit(application_id: UUID, visit_id: UUID, body: Held, call: SiteOfficer, deps: AtDeps) -> Receipt:
    """On the planned day or another, but not in the future."""
    command = RecordVisit(at=call.at, actor=call.actor, visit_id=visit_id, held_on=body.held_on)
    return await call.handle(deps.validations, str(application_id), command)


@officers.post("/validations/{application_id}/findings", status_code=201, summary="Record a finding")
@refuses(
    *NOT_OPEN,
    "date_in_past",
    "division_not_visited",
    "due_date_required",
    "no_action_required",
    "too_many_findings",
    "unknown_requirement",
)
async def record_finding(
    application_id: UUID, body: Annotated[Observation, OBSERVATION], call: SiteOfficer, deps: AtDeps
) -> Receipt:
    """At a visited division, about a requirement that it answered. Actions need a due date; the note stays inside."""
    command = RecordFinding(at=call.at, actor=call.actor, finding_id=call.new_id("finding"), observation=body)
    return await call.handle(deps.validations, str(application_id), command, created=command.finding_id)


@officers.post("/validations/{application_id}/findings/{finding_id}/acceptance", summary="Accept a response")
@refuses(*NOT_OPEN, "no_response", "unknown_finding")
async def accept_response(application_id: UUID, finding_id: UUID, call: SiteOfficer, deps: AtDeps) -> Receipt:
    """The required action has been taken; nothing more is asked."""
    return await call.handle(
        deps.validations, str(application_id), AcceptResponse(at=call.at, actor=call.actor, finding_id=finding_id)
    )


@officers.post("/validations/{application_id}/findings/{finding_id}/rejection", summary="Reject a response")
@refuses(*NOT_OPEN, "date_in_past", "no_response", "unknown_finding")
async def reject_response(
    application_id: UUID, finding_id: UUID, body: Rejection, call: SiteOfficer, deps: AtDeps
) -> Receipt:
    """The action is open again, with a new due date; the company reads the text."""
    command = RejectResponse(at=call.at, actor=call.actor, finding_id=finding_id, rejection=body)
    return await call.handle(deps.validations, str(application_id), command)


@officers.post("/validations/{application_id}/conclusion", summary="Conclude a validation")
@refuses(*NOT_OPEN, "no_visit_held", "open_actions", "reason_required", "visit_outstanding")
async def conclude_validation(application_id: UUID, body: Conclusion, call: SiteOfficer, deps: AtDeps) -> Receipt:
    """Passed, if a visit was held and no visit or required action is open; or failed after a visit, with a reason."""
    command = Conclude(at=call.at, actor=call.actor, outcome=body.outcome, reason=body.reason)
    return await call.handle(deps.validations, str(application_id), command)


@officers.post("/validations/{application_id}/waiver", summary="Waive the visit")
@refuses(*NOT_OPEN, "reason_required", "visit_held", "waiver_needs_low_risk")
async def waive_visit(application_id: UUID, body: Waiver, call: DecisionOfficer, deps: AtDeps) -> Receipt:
    """Where the risk is low and no visit has been held, with a reason; otherwise every company is visited."""
    return await call.handle(
        deps.validations, str(application_id), Waive(at=call.at, actor=call.actor, reason=body.reason)
    )


# --- companies -----------------------------------------------------------------------------------


@companies.get("/companies/{company_id}/validation", summary="A company's own validation")
async def read_own_validation(company_id: UUID, call: Trader, deps: AtDeps) -> views.CompanyView:
    """The visits to arrange, the findings and answers to them; for everybody on the company's team, once it is open."""
    await require(deps.teams, company_id, call.actor.subject)
    snapshot = await views.newest(deps.validations, company_id)
    call.tag(snapshot.sequence)
    return views.company_view(snapshot.state, deps.requirements)


@companies.post("/companies/{company_id}/visits/{visit_id}/confirmation", summary="Confirm a visit")
@refuses(*NOT_OPEN, "role_not_allowed", "unknown_visit", "visit_held")
async def confirm_visit(company_id: UUID, visit_id: UUID, call: Trader, deps: AtDeps) -> Receipt:
    """For everybody on the company's team but read-only users."""
    await require(deps.teams, company_id, call.actor.subject, *MAY_ANSWER)
    application_id = await views.with_visit(deps.validations, company_id, visit_id)
    return await call.handle(
        deps.validations, application_id, ConfirmVisit(at=call.at, actor=call.actor, visit_id=visit_id)
    )


@companies.post("/companies/{company_id}/visits/{visit_id}/another-day", summary="Ask for another day")
@refuses(*NOT_OPEN, "role_not_allowed", "unknown_visit", "visit_held")
async def ask_another_day(company_id: UUID, visit_id: UUID, body: Wish, call: Trader, deps: AtDeps) -> Receipt:
    """For everybody on the company's team but read-only users; the officer reads the reason."""
    await require(deps.teams, company_id, call.actor.subject, *MAY_ANSWER)
    application_id = await views.with_visit(deps.validations, company_id, visit_id)
    command = AskAnotherDay(at=call.at, actor=call.actor, visit_id=visit_id, reason=body.reason)
    return await call.handle(deps.validations, application_id, command)


@companies.post("/companies/{company_id}/findings/{finding_id}/responses", summary="Respond to a finding")
@refuses(*NOT_OPEN, "finding_closed", "no_action_required", "role_not_allowed", "unknown_finding")
async def respond_to_finding(company_id: UUID, finding_id: UUID, body: Response, call: Trader, deps: AtDeps) -> Receipt:
    """For everybody on the team but read-only users. Until an officer answers, a response replaces the one before.

    A document is first uploaded to intake, as a `finding_response`, and named here with the SHA-256 of its bytes.
    """
    await require(deps.teams, company_id, call.actor.subject, *MAY_ANSWER)
    application_id = await views.with_finding(deps.validations, company_id, finding_id)
    return await call.handle(
        deps.validations, application_id, Respond(at=call.at, actor=call.actor, finding_id=finding_id, response=body)
    )
