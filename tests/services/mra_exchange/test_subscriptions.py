"""Every message consumed becomes one command at the right address; the card lists what the code does."""

from datetime import date, timedelta

import pytest

from services import mra_exchange
from services.mra_exchange.domain.disclosure import decider
from services.mra_exchange.domain.disclosure.noting import NoteConsents, NoteMembership
from services.mra_exchange.subscriptions import SUBSCRIPTIONS
from shared.bus.subscriptions import Addressed, Consumed
from shared.contracts.event import Event
from shared.contracts.intake import CompanyProfileUpdated, CompanyUsersChanged, ConsentGiven, ConsentWithdrawn, UserRole
from shared.contracts.moved import CompanyUsersChangedOnIntake
from shared.contracts.review import (
    Benefit,
    MembershipActivated,
    MembershipCancelled,
    MembershipReinstated,
    MembershipSuspended,
)
from shared.decider import Command
from shared.programme.team import ReplaceTeam, User
from tests.support.builders.mra_exchange import (
    CATALOGUE,
    COMPANY,
    INTAKE,
    MEMBER_SINCE,
    START,
    announced,
    consent,
    consents,
    disclosure_after,
    membership,
    outgoing,
    profile,
    tick,
)
from tests.support.builders.packages import profile as declared_profile

PUBLISHED_AT = START - timedelta(hours=3)
AS_CONSUMED = Consumed(at=PUBLISHED_AT, actor=INTAKE, handled_at=START)
STAMP = {"at": START, "actor": INTAKE}
US = consent("US", 0)
CONSENT = {"company_id": COMPANY, "administration": "US", "consent_id": US.consent_id, "in_force": (dict(US),)}
ANNOUNCED = announced().model_dump() | {
    "benefits": (Benefit(code="mutual_recognition", since=MEMBER_SINCE),),
    "message": "Welcome.",
    "revalidation_due_on": date(2030, 5, 4),
}
ODILE = UserRole(subject="urn-odile", role="account_owner")
REPLACED = ReplaceTeam(at=PUBLISHED_AT, actor=INTAKE, users=(User(subject="urn-odile", role="account_owner"),))
NOTED = NoteMembership(**STAMP, membership=membership(0).membership, published_at=PUBLISHED_AT)


@pytest.mark.parametrize(
    ("event", "collection", "command"),
    [
        (CompanyUsersChanged(company_id=COMPANY, users=(ODILE,)), "company_teams", REPLACED),
        (CompanyUsersChangedOnIntake(company_id=COMPANY, users=(ODILE,)), "teams", REPLACED),
        (
            CompanyProfileUpdated(company_id=COMPANY, revision=1, declared_at=START, profile=declared_profile()),
            "disclosures",
            profile(0),
        ),
        (
            ConsentGiven.model_validate(CONSENT | {"given_at": START, "text_version": "2026-01", "language": "fr"}),
            "disclosures",
            NoteConsents(**STAMP, in_force=(US,)),
        ),
        (
            ConsentWithdrawn.model_validate(CONSENT | {"withdrawn_at": START}),
            "disclosures",
            NoteConsents(**STAMP, in_force=(US,)),
        ),
        (MembershipActivated(**ANNOUNCED), "disclosures", NOTED),
        (MembershipSuspended(**ANNOUNCED), "disclosures", NOTED),
        (MembershipReinstated(**ANNOUNCED), "disclosures", NOTED),
        (MembershipCancelled(**ANNOUNCED), "disclosures", NOTED),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Event) else "",
)
def test_a_message_becomes_a_command(event: Event, collection: str, command: Command) -> None:
    assert SUBSCRIPTIONS[type(event)](event, AS_CONSUMED) == (Addressed(collection, str(COMPANY), command),)


def test_the_card_lists_what_is_consumed() -> None:
    assert tuple(event.__name__ for event in SUBSCRIPTIONS) == mra_exchange.SUBSCRIPTIONS


def test_the_card_lists_what_is_published() -> None:
    _, facts = disclosure_after(profile(0), membership(0), consents(1, consent("US", 1)), consents(2), tick(3))
    disclosures = decider(CATALOGUE)
    types = {message.type for message in outgoing(disclosures, disclosures.absent, facts)}
    assert types == {f"pip.{name}.v1" for name in mra_exchange.PUBLISHES}
