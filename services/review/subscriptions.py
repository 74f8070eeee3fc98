"""What review consumes, and which command each message becomes."""

from services.review.domain.case.closing import CloseWithdrawn
from services.review.domain.case.consumed import Package, RiskResult, ValidationResult, VisitSchedule
from services.review.domain.case.opening import Receive
from services.review.domain.case.results import NoteRisk, NoteValidation, NoteVisits
from services.review.domain.membership.activation import Activate
from services.review.domain.membership.profile import NoteProfile
from services.review.domain.membership.standing import Leave
from services.review.domain.membership.state import ProfileDeclaration
from shared.bus.subscriptions import Addressed, Consumed, Subscriptions
from shared.contracts.intake import (
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CompanyProfileUpdated,
    CompanyUsersChanged,
    ProgrammeLeft,
)
from shared.contracts.review import ApplicationApproved
from shared.contracts.risk import RiskAssessed
from shared.contracts.site_validation import SiteValidated, SiteVisitScheduled
from shared.programme import team


def receive(event: ApplicationSubmitted, consumed: Consumed) -> tuple[Addressed, ...]:
    package = Package.model_validate(event, from_attributes=True)
    return (
        Addressed("cases", str(event.application_id), Receive(at=consumed.at, actor=consumed.actor, package=package)),
    )


def close_withdrawn(event: ApplicationWithdrawn, consumed: Consumed) -> tuple[Addressed, ...]:
    return (
        Addressed(
            "cases",
            str(event.application_id),
            CloseWithdrawn(at=consumed.at, actor=consumed.actor, withdrawn_at=event.withdrawn_at),
        ),
    )


def note_risk(event: RiskAssessed, consumed: Consumed) -> tuple[Addressed, ...]:
    risk = RiskResult.model_validate(event, from_attributes=True)
    return (Addressed("cases", str(event.application_id), NoteRisk(at=consumed.at, actor=consumed.actor, risk=risk)),)


def note_visits(event: SiteVisitScheduled, consumed: Consumed) -> tuple[Addressed, ...]:
    scheduled = VisitSchedule.model_validate(event, from_attributes=True)
    return (
        Addressed(
            "cases", str(event.application_id), NoteVisits(at=consumed.at, actor=consumed.actor, scheduled=scheduled)
        ),
    )


def note_validation(event: SiteValidated, consumed: Consumed) -> tuple[Addressed, ...]:
    validation = ValidationResult.model_validate(event, from_attributes=True)
    return (
        Addressed(
            "cases",
            str(event.application_id),
            NoteValidation(at=consumed.at, actor=consumed.actor, validation=validation),
        ),
    )


def activate(event: ApplicationApproved, consumed: Consumed) -> tuple[Addressed, ...]:
    return (
        Addressed("memberships", str(event.company_id), Activate(at=consumed.at, actor=consumed.actor, approved=event)),
    )


def note_profile(event: CompanyProfileUpdated, consumed: Consumed) -> tuple[Addressed, ...]:
    declared = ProfileDeclaration.model_validate(event, from_attributes=True)
    return (
        Addressed(
            "memberships", str(event.company_id), NoteProfile(at=consumed.at, actor=consumed.actor, declared=declared)
        ),
    )


def leave(event: ProgrammeLeft, consumed: Consumed) -> tuple[Addressed, ...]:
    return (
        Addressed(
            "memberships", str(event.company_id), Leave(at=consumed.at, actor=consumed.actor, left_at=event.left_at)
        ),
    )


SUBSCRIPTIONS: Subscriptions = {
    ApplicationSubmitted: receive,
    ApplicationWithdrawn: close_withdrawn,
    RiskAssessed: note_risk,
    SiteVisitScheduled: note_visits,
    SiteValidated: note_validation,
    ApplicationApproved: activate,
    CompanyProfileUpdated: note_profile,
    ProgrammeLeft: leave,
    CompanyUsersChanged: team.replace,
}
