"""What risk consumes, and which command each message becomes."""

from services.risk.domain.assessment.collecting import CloseAssessment, CollectFacts, NoteReview
from services.risk.domain.assessment.consumed import DeclaredFacts, EligibilityAnswer, Review
from shared.bus.subscriptions import Addressed, Consumed, Subscriptions
from shared.contracts.event import Application
from shared.contracts.intake import ApplicationSubmitted, ApplicationWithdrawn, CompanyUsersChanged
from shared.contracts.review import ApplicationDenied, SecurityProfileReviewed
from shared.programme import team
from shared.programme.calendar import today


def collect_facts(event: ApplicationSubmitted, consumed: Consumed) -> tuple[Addressed, ...]:
    command = CollectFacts(
        at=consumed.at, actor=consumed.actor, application=Application.of(event), declared=_declared(event)
    )
    return (Addressed("assessments", str(event.application_id), command),)


def note_review(event: SecurityProfileReviewed, consumed: Consumed) -> tuple[Addressed, ...]:
    review = Review.model_validate(event, from_attributes=True)
    command = NoteReview(
        at=consumed.at, actor=consumed.actor, application=Application.of(event), outcome=event.outcome, review=review
    )
    return (Addressed("assessments", str(event.application_id), command),)


def close(event: ApplicationWithdrawn | ApplicationDenied, consumed: Consumed) -> tuple[Addressed, ...]:
    return (
        Addressed(
            "assessments",
            str(event.application_id),
            CloseAssessment(at=consumed.at, actor=consumed.actor, application=Application.of(event)),
        ),
    )


def _declared(package: ApplicationSubmitted) -> DeclaredFacts:
    answers = [answer for division in package.divisions for answer in division.answers]
    return DeclaredFacts(
        legal_name=package.profile.legal_name,
        lines_of_business=package.profile.lines_of_business,
        submitted_on=today(package.submitted_at),
        eligibility=tuple(
            EligibilityAnswer.model_validate(given, from_attributes=True) for given in package.eligibility
        ),
        divisions=len(package.divisions),
        answers=len(answers),
        not_applicable=sum(answer.response == "not_applicable" for answer in answers),
    )


SUBSCRIPTIONS: Subscriptions = {
    ApplicationSubmitted: collect_facts,
    SecurityProfileReviewed: note_review,
    ApplicationWithdrawn: close,
    ApplicationDenied: close,
    CompanyUsersChanged: team.replace,
}
