"""What reaches risk, and what its officers do, in the life of one invented company."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Literal
from uuid import uuid5

from services.risk.catalogue import policies
from services.risk.domain import assessment
from services.risk.domain.assessment.collecting import CloseAssessment, CollectFacts, NoteReview
from services.risk.domain.assessment.consumed import DeclaredFacts, Judgement, Review
from services.risk.domain.assessment.deciding import DecideReferral, Ruling
from services.risk.domain.assessment.state import State
from shared.contracts import review as published
from shared.contracts.catalogue import load
from shared.contracts.event import Application
from shared.contracts.types import RiskOutcome, Verdict
from shared.decider import Actor
from tests.support.builders.deciding import live
from tests.support.builders.packages import COMPANY, LINES, SUBMITTED_AT, YARD, eligibility

AT = datetime(2026, 2, 10, 15, tzinfo=UTC)
OFFICER = Actor(subject="officer-rui", role="risk_officer")
SERVICE = Actor(subject="/some/service", role="service")
APPLICATION = uuid5(COMPANY, "application/1")
RECOMMENDED = ("CS-91", "CS-92", "CS-93", "CS-94")
IN_FORCE_SINCE, PLANNED_FROM = date(2026, 1, 1), date(2027, 4, 1)
POLICY, *_, DRAFT = policies()
PLANNED = DRAFT.model_copy(update={"version": "2027-04", "since": PLANNED_FROM})
ASSESSMENTS = assessment.decider((POLICY, PLANNED), frozenset(RECOMMENDED))


def application(submission: int = 1) -> Application:
    return Application(company_id=COMPANY, application_id=APPLICATION, submission=submission)


def declared(**changes: Any) -> DeclaredFacts:
    """What weighs nothing, unless changed; names of eligibility answers change those."""
    questions = {question.id for question in load().questions}
    answers = {name: changes.pop(name) for name in set(changes) & questions}
    fields = {
        "legal_name": "Boreal Drayage Ltd.",
        "lines_of_business": LINES,
        "submitted_on": SUBMITTED_AT.date(),
        "eligibility": [given.model_dump() for given in eligibility(**answers)],
        "divisions": 2,
        "answers": 40,
        "not_applicable": 0,
    }
    return DeclaredFacts.model_validate(fields | changes)


def review(unmet: int = 0) -> Review:
    """A review of one mandatory and four recommended measures, of which so many are not met."""
    verdicts: dict[str, Verdict] = {"CS-01": "met"}
    verdicts |= {requirement: "not_met" if number < unmet else "met" for number, requirement in enumerate(RECOMMENDED)}
    return Review(
        judgements=tuple(
            Judgement(requirement_id=requirement, verdict=verdict) for requirement, verdict in verdicts.items()
        )
    )


def reviewed(submission: int = 1, *, unmet: int = 0, meets: bool = True) -> published.SecurityProfileReviewed:
    """The same review as it is announced."""
    return published.SecurityProfileReviewed(
        company_id=COMPANY,
        application_id=APPLICATION,
        submission=submission,
        outcome="meets" if meets else "does_not_meet",
        judgements=tuple(
            published.Judgement(division_id=YARD, advice="Keep the log.", **dict(judgement))
            for judgement in review(unmet).judgements
        ),
        documents=(),
        concluded_at=AT,
    )


def collect_facts(submission: int = 1, **changes: Any) -> CollectFacts:
    return CollectFacts(at=AT, actor=SERVICE, application=application(submission), declared=declared(**changes))


def note_review(submission: int = 1, *, unmet: int = 0, meets: bool = True) -> NoteReview:
    outcome: Literal["meets", "does_not_meet"] = "meets" if meets else "does_not_meet"
    return NoteReview(at=AT, actor=SERVICE, application=application(submission), outcome=outcome, review=review(unmet))


def decide(outcome: RiskOutcome = "acceptable") -> DecideReferral:
    return DecideReferral(at=AT, actor=OFFICER, ruling=Ruling(outcome=outcome, reason="The debt was paid in January."))


def close(submission: int = 1) -> CloseAssessment:
    return CloseAssessment(at=AT, actor=SERVICE, application=application(submission))


LIVES: dict[str, tuple[assessment.AssessmentCommand, ...]] = {
    "absent": (),
    "collecting": (collect_facts(),),
    "reviewed": (note_review(),),
    "referred": (collect_facts(crown_debt=True), note_review()),
    "assessed": (collect_facts(), note_review()),
    "unacceptable": (collect_facts(convictions=True), note_review()),
    "decided": (collect_facts(crown_debt=True), note_review(), decide()),
    "closed": (collect_facts(), close()),
}


@cache
def assessment_in(life: str) -> State:
    """An assessment at this point of its life."""
    return live(ASSESSMENTS, LIVES[life])[0]
