"""What review hears, and which command each message becomes: pure, from the message alone."""

from services.review.domain.case.closing import CloseWithdrawn
from services.review.domain.case.heard import Package, RiskResult, ValidationResult, VisitSchedule
from services.review.domain.case.opening import Receive
from services.review.domain.case.results import NoteRisk, NoteValidation, NoteVisits
from services.review.domain.membership import Activate, Leave, NoteProfile
from services.review.domain.membership.state import Declaration
from shared.bus.subscriptions import Addressed, Heard, Hears
from shared.contracts.intake import ApplicationSubmitted, ApplicationWithdrawn, CompanyProfileUpdated, ProgrammeLeft
from shared.contracts.review import ApplicationApproved
from shared.contracts.risk import RiskAssessed
from shared.contracts.site_validation import SiteValidated, SiteVisitScheduled


def receive(event: ApplicationSubmitted, heard: Heard) -> tuple[Addressed, ...]:
    package = Package.model_validate(event, from_attributes=True)
    return (Addressed("cases", str(event.application_id), Receive(at=heard.at, actor=heard.actor, package=package)),)


def close_withdrawn(event: ApplicationWithdrawn, heard: Heard) -> tuple[Addressed, ...]:
    return (
        Addressed(
            "cases",
            str(event.application_id),
            CloseWithdrawn(at=heard.at, actor=heard.actor, withdrawn_at=event.withdrawn_at),
        ),
    )


def note_risk(event: RiskAssessed, heard: Heard) -> tuple[Addressed, ...]:
    risk = RiskResult.model_validate(event, from_attributes=True)
    return (Addressed("cases", str(event.application_id), NoteRisk(at=heard.at, actor=heard.actor, risk=risk)),)


def note_visits(event: SiteVisitScheduled, heard: Heard) -> tuple[Addressed, ...]:
    scheduled = VisitSchedule.model_validate(event, from_attributes=True)
    return (
        Addressed("cases", str(event.application_id), NoteVisits(at=heard.at, actor=heard.actor, scheduled=scheduled)),
    )


def note_validation(event: SiteValidated, heard: Heard) -> tuple[Addressed, ...]:
    validation = ValidationResult.model_validate(event, from_attributes=True)
    return (
        Addressed(
            "cases", str(event.application_id), NoteValidation(at=heard.at, actor=heard.actor, validation=validation)
        ),
    )


def activate(event: ApplicationApproved, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed("memberships", str(event.company_id), Activate(at=heard.at, actor=heard.actor, approved=event)),)


def note_profile(event: CompanyProfileUpdated, heard: Heard) -> tuple[Addressed, ...]:
    declared = Declaration.model_validate(event, from_attributes=True)
    return (
        Addressed("memberships", str(event.company_id), NoteProfile(at=heard.at, actor=heard.actor, declared=declared)),
    )


def leave(event: ProgrammeLeft, heard: Heard) -> tuple[Addressed, ...]:
    return (
        Addressed("memberships", str(event.company_id), Leave(at=heard.at, actor=heard.actor, left_at=event.left_at)),
    )


HEARS: Hears = {
    ApplicationSubmitted: receive,
    ApplicationWithdrawn: close_withdrawn,
    RiskAssessed: note_risk,
    SiteVisitScheduled: note_visits,
    SiteValidated: note_validation,
    ApplicationApproved: activate,
    CompanyProfileUpdated: note_profile,
    ProgrammeLeft: leave,
}
