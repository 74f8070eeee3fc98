"""What review hears, and which command each message becomes: pure, from the message alone."""

from services.review.domain.case.closing import CloseWithdrawn
from services.review.domain.case.opening import Receive
from services.review.domain.case.results import NoteRisk, NoteValidation, NoteVisits
from services.review.domain.membership import Activate, Leave, NoteProfile
from shared.contracts.intake import ApplicationSubmitted, ApplicationWithdrawn, CompanyProfileUpdated, ProgrammeLeft
from shared.contracts.review import ApplicationApproved
from shared.contracts.risk import RiskAssessed
from shared.contracts.site_validation import SiteValidated, SiteVisitScheduled
from shared.handling import Addressed, Heard, Hears


def receive(event: ApplicationSubmitted, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed("cases", str(event.application_id), Receive(at=heard.at, actor=heard.actor, package=event)),)


def close_withdrawn(event: ApplicationWithdrawn, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed("cases", str(event.application_id), CloseWithdrawn(at=heard.at, actor=heard.actor, withdrawal=event)),)


def note_risk(event: RiskAssessed, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed("cases", str(event.application_id), NoteRisk(at=heard.at, actor=heard.actor, risk=event)),)


def note_visits(event: SiteVisitScheduled, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed("cases", str(event.application_id), NoteVisits(at=heard.at, actor=heard.actor, scheduled=event)),)


def note_validation(event: SiteValidated, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed("cases", str(event.application_id), NoteValidation(at=heard.at, actor=heard.actor, validation=event)),)


def activate(event: ApplicationApproved, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed("memberships", str(event.company_id), Activate(at=heard.at, actor=heard.actor, approved=event)),)


def note_profile(event: CompanyProfileUpdated, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed("memberships", str(event.company_id), NoteProfile(at=heard.at, actor=heard.actor, declared=event)),)


def leave(event: ProgrammeLeft, heard: Heard) -> tuple[Addressed, ...]:
    return (Addressed("memberships", str(event.company_id), Leave(at=heard.at, actor=heard.actor, left=event)),)


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
