"""What mra_exchange hears, and which command each message becomes. Pure: takes the message and the time of handling.

What partners may know is judged on the day they are told, and their cursors never run backwards. So `at` is when a
message is handled, not when it was said (docs/decisions/0008).
"""

from services.mra_exchange.domain.disclosure import NoteConsents, NoteMembership, NoteProfile
from services.mra_exchange.domain.heard import Consent, Declared, Membership
from shared.bus.subscriptions import Addressed, Heard, Hears
from shared.contracts.intake import CompanyProfileUpdated, CompanyUsersChanged, ConsentGiven, ConsentWithdrawn
from shared.contracts.review import (
    MembershipActivated,
    MembershipCancelled,
    MembershipEvent,
    MembershipReinstated,
    MembershipSuspended,
)
from shared.programme import team


def note_profile(event: CompanyProfileUpdated, heard: Heard) -> tuple[Addressed, ...]:
    declared = Declared(name=event.profile.legal_name, address=event.profile.address)
    return (
        Addressed(
            "disclosures", str(event.company_id), NoteProfile(at=heard.handled_at, actor=heard.actor, declared=declared)
        ),
    )


def note_consents(event: ConsentGiven | ConsentWithdrawn, heard: Heard) -> tuple[Addressed, ...]:
    in_force = tuple(Consent.model_validate(consent, from_attributes=True) for consent in event.in_force)
    return (
        Addressed(
            "disclosures",
            str(event.company_id),
            NoteConsents(at=heard.handled_at, actor=heard.actor, in_force=in_force),
        ),
    )


def note_membership(event: MembershipEvent, heard: Heard) -> tuple[Addressed, ...]:
    membership = Membership.model_validate(event, from_attributes=True)
    command = NoteMembership(at=heard.handled_at, actor=heard.actor, membership=membership, said_at=heard.at)
    return (Addressed("disclosures", str(event.company_id), command),)


HEARS: Hears = {
    CompanyUsersChanged: team.replace,
    CompanyProfileUpdated: note_profile,
    ConsentGiven: note_consents,
    ConsentWithdrawn: note_consents,
    MembershipActivated: note_membership,
    MembershipSuspended: note_membership,
    MembershipReinstated: note_membership,
    MembershipCancelled: note_membership,
}
