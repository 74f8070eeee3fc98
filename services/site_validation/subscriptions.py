"""What site_validation consumes, and which command each message becomes."""

from services.site_validation.domain.validation.collecting import CloseValidation, CollectProfile, NoteReview, NoteRisk
from services.site_validation.domain.validation.consumed import Package, Review, Risk
from shared.bus.subscriptions import Addressed, Consumed, Subscriptions
from shared.contracts.event import Application
from shared.contracts.intake import ApplicationSubmitted, ApplicationWithdrawn, CompanyUsersChanged
from shared.contracts.moved import CompanyUsersChangedOnIntake
from shared.contracts.review import ApplicationDenied, SecurityProfileReviewed
from shared.contracts.risk import RiskAssessed
from shared.programme import team


def collect_profile(event: ApplicationSubmitted, consumed: Consumed) -> tuple[Addressed, ...]:
    package = Package.model_validate(event, from_attributes=True)
    return (
        Addressed(
            "validations",
            str(event.application_id),
            CollectProfile(at=consumed.at, actor=consumed.actor, package=package),
        ),
    )


def note_review(event: SecurityProfileReviewed, consumed: Consumed) -> tuple[Addressed, ...]:
    review = Review.model_validate(event, from_attributes=True)
    return (
        Addressed(
            "validations", str(event.application_id), NoteReview(at=consumed.at, actor=consumed.actor, review=review)
        ),
    )


def note_risk(event: RiskAssessed, consumed: Consumed) -> tuple[Addressed, ...]:
    risk = Risk.model_validate(event, from_attributes=True)
    return (
        Addressed("validations", str(event.application_id), NoteRisk(at=consumed.at, actor=consumed.actor, risk=risk)),
    )


def close(event: ApplicationWithdrawn | ApplicationDenied, consumed: Consumed) -> tuple[Addressed, ...]:
    return (
        Addressed(
            "validations",
            str(event.application_id),
            CloseValidation(at=consumed.at, actor=consumed.actor, application=Application.of(event)),
        ),
    )


SUBSCRIPTIONS: Subscriptions = {
    ApplicationSubmitted: collect_profile,
    SecurityProfileReviewed: note_review,
    RiskAssessed: note_risk,
    ApplicationWithdrawn: close,
    ApplicationDenied: close,
    CompanyUsersChanged: team.replace,
    CompanyUsersChangedOnIntake: team.replace_earlier,
}
