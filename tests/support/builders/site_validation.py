"""What reaches site validation, and what officers and the company do, in the life of one invented company."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from services.site_validation.domain import validation
from services.site_validation.domain.validation.actions import AcceptResponse, Rejection, RejectResponse, Respond
from services.site_validation.domain.validation.collecting import CloseValidation, CollectProfile, NoteReview, NoteRisk
from services.site_validation.domain.validation.concluding import Conclude, Waive
from services.site_validation.domain.validation.consumed import Package, Review, Risk
from services.site_validation.domain.validation.findings import RecordFinding
from services.site_validation.domain.validation.state import CompanyResponse, Observation, Open, Proof, State
from services.site_validation.domain.validation.visits import (
    AskAnotherDay,
    CancelVisit,
    ConfirmVisit,
    MoveVisit,
    PlanVisit,
    RecordVisit,
    VisitPlan,
)
from shared.contracts.event import Application
from shared.contracts.intake import ApplicationSubmitted
from shared.contracts.review import Judgement, SecurityProfileReviewed
from shared.contracts.risk import RiskAssessed
from shared.contracts.types import Band, RiskOutcome
from shared.decider import Actor, Tick
from shared.programme.calendar import beginning_of
from tests.support.builders.deciding import live
from tests.support.builders.packages import COMPANY, YARD, package

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
TODAY = date(2026, 3, 2)
SOON = TODAY + timedelta(days=14)
DUE = TODAY + timedelta(days=90)
OFFICER = Actor(subject="officer-sacha", role="site_officer")
DECISION_OFFICER = Actor(subject="officer-ines", role="decision_officer")
TRADER = Actor(subject="urn-maude", role="trader")
SERVICE = Actor(subject="/some/service", role="service")
CLOCK = Actor(subject="clock", role="system")
APPLICATION = uuid5(COMPANY, "application/1")
VISIT, OTHER_VISIT = uuid5(COMPANY, "visit/1"), uuid5(COMPANY, "visit/2")
FINDING, OTHER_FINDING = uuid5(COMPANY, "finding/1"), uuid5(COMPANY, "finding/2")
VALIDATIONS = validation.decider()


def small_package(submission: int = 1) -> ApplicationSubmitted:
    """Two divisions with two answers each."""
    divisions = tuple(division.model_copy(update={"answers": division.answers[:2]}) for division in package().divisions)
    return package(divisions=divisions, submission=submission)


PACKAGE = small_package()
REQUIREMENT = PACKAGE.divisions[0].answers[0].requirement_id


def reviewed(submission: int = 1) -> SecurityProfileReviewed:
    return SecurityProfileReviewed(
        company_id=COMPANY,
        application_id=APPLICATION,
        submission=submission,
        outcome="meets",
        judgements=(
            Judgement(division_id=YARD, requirement_id=REQUIREMENT, verdict="met", advice="Show the log on the day."),
        ),
        documents=(),
        concluded_at=AT,
    )


def risk_assessed(outcome: RiskOutcome = "acceptable", submission: int = 1, band: Band = "low") -> RiskAssessed:
    return RiskAssessed(
        company_id=COMPANY,
        application_id=APPLICATION,
        submission=submission,
        outcome=outcome,
        band=band if outcome == "acceptable" else "high",
        decided_by="officer" if band == "medium" else "policy",
        assessed_at=AT,
        policy_version="2026-01",
    )


def kept_package(submission: int = 1) -> Package:
    return Package.model_validate(small_package(submission), from_attributes=True)


def kept_review(submission: int = 1) -> Review:
    return Review.model_validate(reviewed(submission), from_attributes=True)


def kept_risk(outcome: RiskOutcome = "acceptable", submission: int = 1, band: Band = "low") -> Risk:
    return Risk.model_validate(risk_assessed(outcome, submission, band), from_attributes=True)


def collect_profile(submission: int = 1) -> CollectProfile:
    return CollectProfile(at=AT, actor=SERVICE, package=kept_package(submission))


def note_review(submission: int = 1) -> NoteReview:
    return NoteReview(at=AT, actor=SERVICE, review=kept_review(submission))


def note_risk(outcome: RiskOutcome = "acceptable", submission: int = 1, band: Band = "low") -> NoteRisk:
    return NoteRisk(at=AT, actor=SERVICE, risk=kept_risk(outcome, submission, band))


def close(submission: int = 1) -> CloseValidation:
    return CloseValidation(
        at=AT,
        actor=SERVICE,
        application=Application(company_id=COMPANY, application_id=APPLICATION, submission=submission),
    )


def plan(visit: UUID = VISIT, *, on: date = SOON, divisions: tuple[UUID, ...] = (YARD,)) -> PlanVisit:
    return PlanVisit(at=AT, actor=OFFICER, visit_id=visit, plan=VisitPlan(division_ids=divisions, on=on))


def move(visit: UUID = VISIT, *, on: date = SOON + timedelta(days=7)) -> MoveVisit:
    return MoveVisit(at=AT, actor=OFFICER, visit_id=visit, on=on)


def cancel(visit: UUID = VISIT) -> CancelVisit:
    return CancelVisit(at=AT, actor=OFFICER, visit_id=visit)


def confirm(visit: UUID = VISIT) -> ConfirmVisit:
    return ConfirmVisit(at=AT, actor=TRADER, visit_id=visit)


def ask_another_day(visit: UUID = VISIT, *, reason: str = "The yard is closed that week.") -> AskAnotherDay:
    return AskAnotherDay(at=AT, actor=TRADER, visit_id=visit, reason=reason)


def record_visit(visit: UUID = VISIT, *, held_on: date = TODAY) -> RecordVisit:
    return RecordVisit(at=AT, actor=OFFICER, visit_id=visit, held_on=held_on)


def observation(**changes: Any) -> Observation:
    fields = {
        "division_id": YARD,
        "requirement_id": REQUIREMENT,
        "kind": "confirmed",
        "text": "As described.",
        "note": "Friendly dog.",
    }
    return Observation.model_validate(fields | changes)


def record_finding(finding: UUID = FINDING, **changes: Any) -> RecordFinding:
    return RecordFinding(at=AT, actor=OFFICER, finding_id=finding, observation=observation(**changes))


def require_action(finding: UUID = FINDING) -> RecordFinding:
    return record_finding(finding, kind="action_required", text="Replace the padlock.", due_on=DUE)


def response(text: str = "A new padlock is in place.") -> CompanyResponse:
    return CompanyResponse(
        text=text, documents=(Proof(document_id=uuid5(COMPANY, "document/padlock"), sha256="5f" * 32),)
    )


def respond(finding: UUID = FINDING, *, text: str = "A new padlock is in place.") -> Respond:
    return Respond(at=AT, actor=TRADER, finding_id=finding, response=response(text))


def accept(finding: UUID = FINDING) -> AcceptResponse:
    return AcceptResponse(at=AT, actor=OFFICER, finding_id=finding)


def reject(finding: UUID = FINDING, *, due_on: date = DUE + timedelta(days=30)) -> RejectResponse:
    return RejectResponse(
        at=AT,
        actor=OFFICER,
        finding_id=finding,
        rejection=Rejection(text="The photo shows the old one.", due_on=due_on),
    )


def tick(on: date = DUE + timedelta(days=1)) -> Tick:
    """A day begins."""
    return Tick(at=beginning_of(on), actor=CLOCK)


def conclude() -> Conclude:
    return Conclude(at=AT, actor=OFFICER, outcome="passed")


def fail(reason: str | None = "The yard has no fence.") -> Conclude:
    return Conclude(at=AT, actor=OFFICER, outcome="failed", reason=reason)


def waive(reason: str | None = "Visited last year under another programme.") -> Waive:
    return Waive(at=AT, actor=DECISION_OFFICER, reason=reason)


OPENED: tuple[validation.ValidationCommand, ...] = (collect_profile(), note_review(), note_risk())
VISITED = (*OPENED, plan(), record_visit())
ACTION = (*VISITED, require_action())
LIVES: dict[str, tuple[validation.ValidationCommand, ...]] = {
    "absent": (),
    "collecting": (collect_profile(), note_review()),
    "unacceptable": (collect_profile(), note_review(), note_risk("unacceptable")),
    "open": OPENED,
    "planned": (*OPENED, plan()),
    "confirmed": (*OPENED, plan(), confirm()),
    "another_day_asked": (*OPENED, plan(), ask_another_day()),
    "cancelled": (*OPENED, plan(), cancel()),
    "held": VISITED,
    "noted": (*VISITED, record_finding(kind="recommendation")),
    "action_open": ACTION,
    "responded": (*ACTION, respond()),
    "rejected": (*ACTION, respond(), reject()),
    "overdue": (*ACTION, tick()),
    "accepted": (*ACTION, respond(), accept()),
    "concluded": (*VISITED, record_finding(), conclude()),
    "waived": (*OPENED, waive()),
    "closed": (*OPENED, close()),
}


@cache
def validation_in(life: str) -> State:
    """A validation at this point of its life."""
    return live(VALIDATIONS, LIVES[life])[0]


def opened(life: str) -> Open:
    state = validation_in(life)
    assert isinstance(state, Open)
    return state
