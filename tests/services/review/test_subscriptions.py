"""Every message heard becomes one command at the right address; the card says what the code does."""

from itertools import chain

import pytest

from services import review
from services.review.domain.case.closing import CloseWithdrawn
from services.review.domain.case.opening import Receive
from services.review.domain.case.results import NoteRisk, NoteValidation, NoteVisits
from services.review.domain.membership import Activate, Cancel, Leave, NoteProfile, Reinstate, Suspend
from services.review.domain.membership.state import Notice
from services.review.subscriptions import HEARS
from shared.contracts.event import Event
from shared.decider import Command
from shared.handling import Addressed, Heard
from tests.support.deciding import messages
from tests.support.packages import COMPANY
from tests.support.samples_review import (
    APPLICATION,
    AT,
    CASES,
    DECISION_OFFICER,
    LIVES,
    MEMBERSHIPS,
    PACKAGE,
    SERVICE,
    approved,
    declared,
    left,
    risk_assessed,
    site_validated,
    visits_scheduled,
    withdrawn,
)

HEARD = Heard(at=AT, actor=SERVICE, handled_at=AT)


@pytest.mark.parametrize(
    ("event", "collection", "one", "command"),
    [
        (PACKAGE, "cases", APPLICATION, Receive(at=AT, actor=SERVICE, package=PACKAGE)),
        (withdrawn(), "cases", APPLICATION, CloseWithdrawn(at=AT, actor=SERVICE, withdrawal=withdrawn())),
        (risk_assessed(), "cases", APPLICATION, NoteRisk(at=AT, actor=SERVICE, risk=risk_assessed())),
        (visits_scheduled(), "cases", APPLICATION, NoteVisits(at=AT, actor=SERVICE, scheduled=visits_scheduled())),
        (site_validated(), "cases", APPLICATION, NoteValidation(at=AT, actor=SERVICE, validation=site_validated())),
        (approved(), "memberships", COMPANY, Activate(at=AT, actor=SERVICE, approved=approved())),
        (declared(), "memberships", COMPANY, NoteProfile(at=AT, actor=SERVICE, declared=declared())),
        (left(), "memberships", COMPANY, Leave(at=AT, actor=SERVICE, left=left())),
    ],
)
def test_a_message_becomes_a_command(event: Event, collection: str, one: object, command: Command) -> None:
    assert HEARS[type(event)](event, HEARD) == (Addressed(collection, str(one), command),)


def test_the_card_tells_what_is_owned_and_heard() -> None:
    assert {CASES.collection, MEMBERSHIPS.collection} == set(review.OWNS)
    assert tuple(event.__name__ for event in HEARS) == review.HEARS


def test_the_card_tells_what_is_said() -> None:
    stamp = {"at": AT, "actor": DECISION_OFFICER, "notice": Notice(message="As agreed.")}
    member = Activate(at=AT, actor=SERVICE, approved=approved()), Suspend(**stamp), Reinstate(**stamp), Cancel(**stamp)
    lives = (messages(CASES, LIVES[life]) for life in ("approved", "returned", "denied"))
    assert {said.type for said in chain(*lives, messages(MEMBERSHIPS, member))} == {f"pip.{name}.v1" for name in review.SAYS}
