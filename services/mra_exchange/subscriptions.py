"""What mra_exchange consumes, and which command each message becomes.

What partners may know is judged on the day on which they are sent it, and their cursors never run backwards. So `at`
is when a message is handled, not when it was published (docs/decisions/0008).
"""

from services.mra_exchange.domain.disclosure.consumed import ConsentInForce, DeclaredProfile, Membership
from services.mra_exchange.domain.disclosure.noting import NoteConsents, NoteMembership, NoteProfile
from shared.bus.subscriptions import Addressed, Consumed, Subscriptions
from shared.contracts.intake import CompanyProfileUpdated, CompanyUsersChanged, ConsentGiven, ConsentWithdrawn
from shared.contracts.moved import CompanyUsersChangedOnIntake
from shared.contracts.review import (
    MembershipActivated,
    MembershipCancelled,
    MembershipEvent,
    MembershipReinstated,
    MembershipSuspended,
)
from shared.programme import team


def note_profile(event: CompanyProfileUpdated, consumed: Consumed) -> tuple[Addressed, ...]:
    declared = DeclaredProfile(name=event.profile.legal_name, address=event.profile.address)
    return (
        Addressed(
            "disclosures",
            str(event.company_id),
            NoteProfile(at=consumed.handled_at, actor=consumed.actor, declared=declared),
        ),
    )


def note_consents(event: ConsentGiven | ConsentWithdrawn, consumed: Consumed) -> tuple[Addressed, ...]:
    in_force = tuple(ConsentInForce.model_validate(consent, from_attributes=True) for consent in event.in_force)
    return (
        Addressed(
            "disclosures",
            str(event.company_id),
            NoteConsents(at=consumed.handled_at, actor=consumed.actor, in_force=in_force),
        ),
    )


def note_membership(event: MembershipEvent, consumed: Consumed) -> tuple[Addressed, ...]:
    membership = Membership.model_validate(event, from_attributes=True)
    command = NoteMembership(
        at=consumed.handled_at, actor=consumed.actor, membership=membership, published_at=consumed.at
    )
    return (Addressed("disclosures", str(event.company_id), command),)


SUBSCRIPTIONS: Subscriptions = {
    CompanyUsersChanged: team.replace,
    CompanyUsersChangedOnIntake: team.replace_earlier,
    CompanyProfileUpdated: note_profile,
    ConsentGiven: note_consents,
    ConsentWithdrawn: note_consents,
    MembershipActivated: note_membership,
    MembershipSuspended: note_membership,
    MembershipReinstated: note_membership,
    MembershipCancelled: note_membership,
}
