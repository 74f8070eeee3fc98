"""What site validation hears, and which command each message becomes: pure, from the message alone."""

from services.site_validation.domain.validation.collecting import Close, CollectProfile, NoteReview, NoteRisk
from services.site_validation.domain.validation.heard import Package, Review, Risk
from shared.bus.subscriptions import Addressed, Heard, Hears
from shared.contracts.event import Application
from shared.contracts.intake import ApplicationSubmitted, ApplicationWithdrawn, CompanyUsersChanged
from shared.contracts.review import ApplicationDenied, SecurityProfileReviewed
from shared.contracts.risk import RiskAssessed
from shared.programme import team


def collect_profile(event: ApplicationSubmitted, heard: Heard) -> tuple[Addressed, ...]:
    package = Package.model_validate(event, from_attributes=True)
    return (
        Addressed(
            "validations", str(event.application_id), CollectProfile(at=heard.at, actor=heard.actor, package=package)
        ),
    )


def note_review(event: SecurityProfileReviewed, heard: Heard) -> tuple[Addressed, ...]:
    review = Review.model_validate(event, from_attributes=True)
    return (
        Addressed("validations", str(event.application_id), NoteReview(at=heard.at, actor=heard.actor, review=review)),
    )


def note_risk(event: RiskAssessed, heard: Heard) -> tuple[Addressed, ...]:
    risk = Risk.model_validate(event, from_attributes=True)
    return (Addressed("validations", str(event.application_id), NoteRisk(at=heard.at, actor=heard.actor, risk=risk)),)


def close(event: ApplicationWithdrawn | ApplicationDenied, heard: Heard) -> tuple[Addressed, ...]:
    return (
        Addressed(
            "validations",
            str(event.application_id),
            Close(at=heard.at, actor=heard.actor, application=Application.of(event)),
        ),
    )


HEARS: Hears = {
    ApplicationSubmitted: collect_profile,
    SecurityProfileReviewed: note_review,
    RiskAssessed: note_risk,
    ApplicationWithdrawn: close,
    ApplicationDenied: close,
    CompanyUsersChanged: team.replace,
}
