"""Every message heard becomes one command to its company; the card says what the code does."""

import pytest

from services import intake
from services.intake.domain.company.course import NoteMembership
from services.intake.domain.company.leaving import LeaveProgramme
from services.intake.subscriptions import HEARS
from shared.contracts.event import Event
from shared.contracts.review import MembershipActivated, MembershipCancelled, MembershipReinstated, MembershipSuspended
from shared.decider import Command
from shared.handling import Addressed, Heard
from tests.support.packages import COMPANY
from tests.support.samples_intake import (
    AT,
    COMPANIES,
    LIVES,
    SERVICE,
    asked,
    consent,
    lived,
    membership,
    told_advice,
    told_approval,
    told_denial,
    told_membership,
    told_return,
    told_stage,
    withdraw,
)

ADVICE, STAGE, RETURN, APPROVAL, DENIAL = told_advice(), told_stage("decision"), told_return(), told_approval(), told_denial()
MEMBERSHIPS = [
    kind.model_validate(membership("active").model_dump())
    for kind in (MembershipActivated, MembershipSuspended, MembershipReinstated, MembershipCancelled)
]


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (ADVICE.reviewed, ADVICE),
        (STAGE.progressed, STAGE),
        (RETURN.returned, RETURN),
        (APPROVAL.decided, APPROVAL),
        (DENIAL.decided, DENIAL),
        *((event, NoteMembership(at=AT, actor=SERVICE, membership=event)) for event in MEMBERSHIPS),
    ],
)
def test_a_message_becomes_a_command(event: Event, command: Command) -> None:
    assert HEARS[type(event)](event, Heard(at=AT, actor=SERVICE, handled_at=AT)) == (Addressed("companies", str(COMPANY), command),)


def test_the_card_tells_what_is_owned_and_heard() -> None:
    assert (COMPANIES.collection,) == intake.OWNS
    assert tuple(event.__name__ for event in HEARS) == intake.HEARS


def test_the_card_tells_what_is_said() -> None:
    _, facts = lived((*LIVES["withdrawing"], consent("US"), withdraw("US"), told_membership("active"), asked(LeaveProgramme)))
    state, types = COMPANIES.absent, set()
    for fact in facts:
        state = COMPANIES.evolve(state, fact)
        if outgoing := COMPANIES.publish(fact, state):
            types.add(outgoing.type)
    assert types == {f"pip.{name}.v1" for name in intake.SAYS}
