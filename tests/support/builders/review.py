"""What reaches review, and what its officers do, in the life of one invented company."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID, uuid5

from services.review.domain import case, membership
from services.review.domain.case.clock import PauseClock, ResumeClock
from services.review.domain.case.closing import Approve, CloseWithdrawn, Deny
from services.review.domain.case.consumed import Package, RiskResult, ValidationResult, VisitSchedule
from services.review.domain.case.judging import ConcludeReview, JudgeDocument, JudgeRequirement, ReviewOutcome
from services.review.domain.case.opening import Assign, Receive
from services.review.domain.case.questions import AskQuestion, DropQuestion, Return
from services.review.domain.case.results import NoteRisk, NoteValidation, NoteVisits
from services.review.domain.case.state import (
    Absent,
    AnswerReference,
    Denial,
    DocumentOpinion,
    Dossier,
    Opinion,
    PauseReason,
    State,
    answers_of,
)
from services.review.domain.membership.state import ProfileDeclaration
from shared.contracts.catalogue import Entitlement
from shared.contracts.intake import ApplicationSubmitted, ApplicationWithdrawn, CompanyProfileUpdated, ProgrammeLeft
from shared.contracts.review import ApplicationApproved, Question
from shared.contracts.risk import RiskAssessed
from shared.contracts.site_validation import SiteValidated, SiteVisitScheduled, Visit
from shared.contracts.types import RiskOutcome, ValidationOutcome, VisitState
from shared.decider import Actor, Tick
from shared.model import Model
from tests.support.builders.deciding import live
from tests.support.builders.packages import COMPANY, TERMINAL, YARD, package, profile

AT = datetime(2026, 2, 3, 14, tzinfo=UTC)
OFFICER = Actor(subject="officer-noor", role="review_officer")
COLLEAGUE = Actor(subject="officer-felix", role="review_officer")
DECISION_OFFICER = Actor(subject="officer-ines", role="decision_officer")
SERVICE = Actor(subject="/some/service", role="service")
CLOCK = Actor(subject="clock", role="system")
APPLICATION = uuid5(COMPANY, "application/1")
MET = Opinion(verdict="met")
UNMET = Opinion(verdict="not_met", advice="Fence the north side.")
ACCEPTED = DocumentOpinion(accepted=True)
REJECTED = DocumentOpinion(accepted=False, advice="The signature is missing.")
RETURNED_AT = datetime(2026, 2, 9, 15, tzinfo=UTC)
ANSWER_BY = date(2026, 3, 11)
LATE = datetime(2026, 3, 12, 14, tzinfo=UTC)
YEAR_LATER = datetime(2027, 2, 3, 14, tzinfo=UTC)
AGAIN_AT = datetime(2026, 2, 20, 15, tzinfo=UTC)
DENIAL = Denial(grounds=("profile",), message="Two musts are not met.", note="The owner was warned by phone.")
AWAITED = PauseReason(code="awaiting_other_authority", text="The terminal's lease is before the port authority.")
ENTITLEMENTS = (
    Entitlement(code="security_advice", lines="all", couriers_only=False),
    Entitlement(code="fast_eligibility", lines=("highway_carrier", "importer"), couriers_only=False),
    Entitlement(code="low_value_shipment_eligibility", lines=("highway_carrier",), couriers_only=True),
)

Cut = TypeVar("Cut", bound=Model)


def kept(cut: type[Cut], published: Model) -> Cut:
    """What review keeps of another service's message."""
    return cut.model_validate(published, from_attributes=True)


def small_package(**changes: Any) -> ApplicationSubmitted:
    """A package of two divisions with two answers each, their evidence, and two required documents."""
    whole = package()
    divisions = tuple(division.model_copy(update={"answers": division.answers[:2]}) for division in whole.divisions)
    required = [document for document in whole.documents if document.kind != "evidence"][:2]
    evidence = [document for document in whole.documents if document.kind == "evidence"]
    return package(**{"divisions": divisions, "documents": (*required, *evidence), **changes})


PACKAGE = small_package()
MUST, SHOULD = (each.requirement_id for each in PACKAGE.divisions[0].answers)
DOCUMENT, OTHER_DOCUMENT, EVIDENCE, _ = (document.document_id for document in PACKAGE.documents)
CASES = case.decider(musts=frozenset({MUST}), standard_days=180)
MEMBERSHIPS = membership.decider(ENTITLEMENTS)


def receive(of: ApplicationSubmitted = PACKAGE) -> Receive:
    return Receive(at=of.submitted_at, actor=SERVICE, package=kept(Package, of))


def resubmit(**changes: Any) -> Receive:
    """The answer to the questions."""
    return receive(small_package(submission=2, submitted_at=AGAIN_AT, **changes))


def assign(officer: Actor = OFFICER) -> Assign:
    return Assign(at=AT, actor=COLLEAGUE, officer=officer.subject)


def answer(division: UUID = YARD, requirement: str = MUST) -> AnswerReference:
    return AnswerReference(division_id=division, requirement_id=requirement)


def judge(
    opinion: Opinion = MET, *, division: UUID = YARD, requirement: str = MUST, actor: Actor = OFFICER
) -> JudgeRequirement:
    return JudgeRequirement(at=AT, actor=actor, answer=answer(division, requirement), opinion=opinion)


def judge_document(
    opinion: DocumentOpinion = ACCEPTED, *, document: UUID = DOCUMENT, actor: Actor = OFFICER
) -> JudgeDocument:
    return JudgeDocument(at=AT, actor=actor, document_id=document, opinion=opinion)


def judge_all(of: ApplicationSubmitted = PACKAGE) -> tuple[case.CaseCommand, ...]:
    """Every answer met, every required document accepted."""
    answers = (
        judge(division=each.division_id, requirement=each.requirement_id) for each in answers_of(kept(Package, of))
    )
    documents = (judge_document(document=each.document_id) for each in of.documents if each.kind != "evidence")
    return (*answers, *documents)


def conclude(outcome: ReviewOutcome = "meets", actor: Actor = OFFICER) -> ConcludeReview:
    return ConcludeReview(at=AT, actor=actor, outcome=outcome)


def question(topic: str = "fence", **about: Any) -> Question:
    return Question(question_id=uuid5(COMPANY, f"question/{topic}"), text="Who holds the keys of the gate?", **about)


def ask(of: Question | None = None, actor: Actor = OFFICER) -> AskQuestion:
    return AskQuestion(at=AT, actor=actor, question=of or question())


def drop(of: Question | None = None, actor: Actor = OFFICER) -> DropQuestion:
    return DropQuestion(at=AT, actor=actor, question_id=(of or question()).question_id)


def return_case(answer_by: date = ANSWER_BY, actor: Actor = OFFICER) -> Return:
    return Return(at=RETURNED_AT, actor=actor, answer_by=answer_by)


def pause_clock(at: datetime = AT, actor: Actor = OFFICER) -> PauseClock:
    return PauseClock(at=at, actor=actor, reason=AWAITED)


def resume_clock(at: datetime = RETURNED_AT, actor: Actor = OFFICER) -> ResumeClock:
    return ResumeClock(at=at, actor=actor)


def tick(at: datetime) -> Tick:
    return Tick(at=at, actor=CLOCK)


def risk_assessed(outcome: RiskOutcome = "acceptable", submission: int = 1) -> RiskAssessed:
    return RiskAssessed(
        company_id=COMPANY,
        application_id=APPLICATION,
        submission=submission,
        outcome=outcome,
        band="low" if outcome == "acceptable" else "high",
        decided_by="policy",
        assessed_at=AT,
        policy_version="2026-01",
    )


def visit(state: VisitState = "held") -> Visit:
    return Visit(visit_id=uuid5(COMPANY, "visit"), division_ids=(YARD, TERMINAL), on=date(2026, 3, 2), state=state)


def visits_scheduled(state: VisitState = "planned", submission: int = 1) -> SiteVisitScheduled:
    return SiteVisitScheduled(
        company_id=COMPANY, application_id=APPLICATION, submission=submission, visits=(visit(state),)
    )


def site_validated(outcome: ValidationOutcome = "passed", submission: int = 1) -> SiteValidated:
    return SiteValidated(
        company_id=COMPANY,
        application_id=APPLICATION,
        submission=submission,
        outcome=outcome,
        concluded_on=date(2026, 3, 4),
        visits=(visit(),),
        findings=(),
        reason=None if outcome == "passed" else "As seen on the day.",
    )


def note_risk(outcome: RiskOutcome = "acceptable", submission: int = 1) -> NoteRisk:
    return NoteRisk(at=AT, actor=SERVICE, risk=kept(RiskResult, risk_assessed(outcome, submission)))


def note_visits(state: VisitState = "planned", submission: int = 1) -> NoteVisits:
    return NoteVisits(at=AT, actor=SERVICE, scheduled=kept(VisitSchedule, visits_scheduled(state, submission)))


def note_validation(outcome: ValidationOutcome = "passed", submission: int = 1) -> NoteValidation:
    return NoteValidation(at=AT, actor=SERVICE, validation=kept(ValidationResult, site_validated(outcome, submission)))


def approve() -> Approve:
    return Approve(at=AT, actor=DECISION_OFFICER)


def deny(denial: Denial = DENIAL, at: datetime = LATE) -> Deny:
    return Deny(at=at, actor=DECISION_OFFICER, denial=denial)


def withdrawn() -> ApplicationWithdrawn:
    return ApplicationWithdrawn(company_id=COMPANY, application_id=APPLICATION, submission=1, withdrawn_at=AT)


def close_withdrawn() -> CloseWithdrawn:
    return CloseWithdrawn(at=AT, actor=SERVICE, withdrawn_at=AT)


def approved(on: date = date(2026, 3, 9), application: str = "application/1", **changes: Any) -> ApplicationApproved:
    fields = {
        "company_id": COMPANY,
        "application_id": uuid5(COMPANY, application),
        "submission": 1,
        "lines_of_business": ("highway_carrier",),
        "approved_on": on,
        "validated_on": on,
    }
    return ApplicationApproved.model_validate(fields | changes)


def declared(revision: int = 1, **changes: Any) -> CompanyProfileUpdated:
    return CompanyProfileUpdated(company_id=COMPANY, revision=revision, declared_at=AT, profile=profile(**changes))


def declaration(revision: int = 1, **changes: Any) -> ProfileDeclaration:
    return kept(ProfileDeclaration, declared(revision, **changes))


def left() -> ProgrammeLeft:
    return ProgrammeLeft(company_id=COMPANY, left_at=AT)


def dossier_of(state: State) -> Dossier:
    assert not isinstance(state, Absent)
    return state.dossier


UNDER_REVIEW: tuple[case.CaseCommand, ...] = (receive(), assign())
IN_RISK: tuple[case.CaseCommand, ...] = (*UNDER_REVIEW, *judge_all(), conclude())
IN_VALIDATION: tuple[case.CaseCommand, ...] = (*IN_RISK, note_risk())
LIVES: dict[str, tuple[case.CaseCommand, ...]] = {
    "absent": (),
    "under_review": UNDER_REVIEW,
    "risk_assessment": IN_RISK,
    "site_validation": IN_VALIDATION,
    "returned": (*UNDER_REVIEW, ask(), return_case()),
    "pending_on_profile": (*UNDER_REVIEW, *judge_all(), conclude("does_not_meet")),
    "pending_on_risk": (*IN_RISK, note_risk("unacceptable")),
    "pending_passed": (*IN_VALIDATION, note_validation()),
    "pending_failed": (*IN_VALIDATION, note_validation("failed")),
    "pending_waived": (*IN_VALIDATION, note_validation("waived")),
    "approved": (*IN_VALIDATION, note_validation(), approve()),
    "denied": (*UNDER_REVIEW, deny()),
    "withdrawn": (*UNDER_REVIEW, close_withdrawn()),
}
OPEN = tuple(life for life in LIVES if life not in {"absent", "approved", "denied", "withdrawn"})


@cache
def case_in(life: str) -> State:
    """A case at this point of its life."""
    return live(CASES, LIVES[life])[0]
