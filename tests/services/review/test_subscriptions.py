"""Every message consumed becomes one command at the right address; the card lists what the code does."""

import json
from itertools import chain

import pytest

from services import review
from services.review.domain.case.closing import CloseWithdrawn
from services.review.domain.case.consumed import Package, RiskResult, ValidationResult, VisitSchedule
from services.review.domain.case.opening import Receive
from services.review.domain.case.results import NoteRisk, NoteValidation, NoteVisits
from services.review.domain.membership.activation import Activate
from services.review.domain.membership.profile import NoteProfile
from services.review.domain.membership.standing import Cancel, Leave, Reinstate, Suspend
from services.review.domain.membership.state import MembershipNotice
from services.review.subscriptions import SUBSCRIPTIONS
from shared.bus.subscriptions import Addressed, Consumed
from shared.contracts.event import Event
from shared.contracts.intake import ApplicationSubmitted, CompanyProfileUpdated, CompanyUsersChanged, UserRole
from shared.contracts.risk import RiskAssessed
from shared.contracts.site_validation import SiteValidated
from shared.decider import Command
from shared.programme import team
from shared.programme.team import ReplaceTeam, User
from tests.support.builders.deciding import messages
from tests.support.builders.packages import COMPANY
from tests.support.builders.review import (
    APPLICATION,
    AT,
    CASES,
    DECISION_OFFICER,
    LATE,
    LIVES,
    MEMBERSHIPS,
    PACKAGE,
    SERVICE,
    approved,
    declaration,
    declared,
    kept,
    left,
    risk_assessed,
    site_validated,
    visits_scheduled,
    withdrawn,
)
from tests.support.samples.golden import as_then, message_name, read

CONSUMED = Consumed(at=LATE, actor=SERVICE, handled_at=LATE)


@pytest.mark.parametrize(
    ("event", "collection", "aggregate_id", "command"),
    [
        (PACKAGE, "cases", APPLICATION, Receive(at=LATE, actor=SERVICE, package=kept(Package, PACKAGE))),
        (withdrawn(), "cases", APPLICATION, CloseWithdrawn(at=LATE, actor=SERVICE, withdrawn_at=AT)),
        (
            risk_assessed(),
            "cases",
            APPLICATION,
            NoteRisk(at=LATE, actor=SERVICE, risk=kept(RiskResult, risk_assessed())),
        ),
        (
            visits_scheduled(),
            "cases",
            APPLICATION,
            NoteVisits(at=LATE, actor=SERVICE, scheduled=kept(VisitSchedule, visits_scheduled())),
        ),
        (
            site_validated(),
            "cases",
            APPLICATION,
            NoteValidation(at=LATE, actor=SERVICE, validation=kept(ValidationResult, site_validated())),
        ),
        (approved(), "memberships", COMPANY, Activate(at=LATE, actor=SERVICE, approved=approved())),
        (declared(), "memberships", COMPANY, NoteProfile(at=LATE, actor=SERVICE, declared=declaration())),
        (left(), "memberships", COMPANY, Leave(at=LATE, actor=SERVICE, left_at=AT)),
        (
            CompanyUsersChanged(company_id=COMPANY, users=(UserRole(subject="urn-odile", role="account_owner"),)),
            "company_teams",
            COMPANY,
            ReplaceTeam(at=LATE, actor=SERVICE, users=(User(subject="urn-odile", role="account_owner"),)),
        ),
    ],
)
def test_a_message_becomes_a_command(event: Event, collection: str, aggregate_id: object, command: Command) -> None:
    assert SUBSCRIPTIONS[type(event)](event, CONSUMED) == (Addressed(collection, str(aggregate_id), command),)


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (ApplicationSubmitted, "package"),
        (RiskAssessed, "risk"),
        (SiteValidated, "validation"),
        (CompanyProfileUpdated, "declared"),
    ],
)
def test_what_officers_see_is_kept_whole(kind: type[Event], field: str) -> None:
    published = read(message_name(kind.type()))["value"]
    [addressed] = SUBSCRIPTIONS[kind](kind.read(json.dumps(published)), CONSUMED)
    assert as_then(getattr(addressed.command, field).model_dump(mode="json"), published) == published


def test_the_card_lists_what_is_owned_and_consumed() -> None:
    assert {CASES.collection, MEMBERSHIPS.collection, team.COLLECTION} == set(review.OWNS)
    assert tuple(event.__name__ for event in SUBSCRIPTIONS) == review.SUBSCRIPTIONS


def test_the_card_lists_what_is_published() -> None:
    stamp = {"at": AT, "actor": DECISION_OFFICER, "notice": MembershipNotice(message="As agreed.")}
    member = Activate(at=AT, actor=SERVICE, approved=approved()), Suspend(**stamp), Reinstate(**stamp), Cancel(**stamp)
    lives = (messages(CASES, LIVES[life]) for life in ("approved", "returned", "denied"))
    assert {published.type for published in chain(*lives, messages(MEMBERSHIPS, member))} == {
        f"pip.{name}.v1" for name in review.PUBLISHES
    }
