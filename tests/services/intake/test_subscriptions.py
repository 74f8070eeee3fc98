"""Every message consumed becomes one command to its company; the card lists what the code does."""

from datetime import date
from typing import Any

import pytest

from services import intake
from services.intake.domain.company.consumed import Benefit, Clock, Membership, Pause, Question, Visit
from services.intake.domain.company.course import NoteAdvice, NoteMembership, NoteOutcome, NoteReturn, NoteStage
from services.intake.domain.company.leaving import LeaveProgramme
from services.intake.domain.company.state import Advice, ApplicationOutcome, Progress
from services.intake.subscriptions import SUBSCRIPTIONS
from shared.bus.subscriptions import Addressed, Consumed
from shared.contracts import review
from shared.contracts.event import Application, Event
from shared.contracts.registry import EVENTS
from shared.decider import Command
from tests.support.builders.intake import (
    AT,
    COMPANIES,
    LIVES,
    SERVICE,
    asked,
    company_after,
    consent,
    note_membership,
    withdraw,
)
from tests.support.builders.packages import COMPANY, YARD, documents
from tests.support.builders.review_messages import (
    APPLICATION,
    QUESTION,
    approved,
    denied,
    membership,
    progressed,
    returned,
    reviewed,
)

BY: dict[str, Any] = {"at": AT, "actor": SERVICE}
OF: dict[str, Any] = {**BY, "application": Application(company_id=COMPANY, application_id=APPLICATION, submission=1)}
DAY = date(2026, 3, 2)
STOPPED: dict[str, Any] = {"started_on": DAY, "standard_days": 180, "stopped_on": DAY}
PAUSED: dict[str, Any] = {"since": DAY, "until": DAY, "code": "returned", "text": "See the questions."}
VISITED: dict[str, Any] = {"division_ids": (YARD,), "on": DAY, "state": "held"}
PROGRESSED = progressed("decision").model_copy(
    update={
        "clock": review.Clock(**STOPPED, pauses=(review.Pause(**PAUSED),)),
        "visits": (review.VisitSummary(**VISITED),),
    }
)
PROGRESS = Progress(
    stage="decision", since=AT, clock=Clock(**STOPPED, pauses=(Pause(**PAUSED),)), visits=(Visit(**VISITED),)
)
ADVICE = (
    Advice(division_id=YARD, requirement_id="CS-02", text="Fence it."),
    Advice(document_id=documents()[0].document_id, text="Fence it."),
)
QUESTIONS = (
    Question(question_id=QUESTION, division_id=YARD, requirement_id="CS-01", text="Who signed the statement?"),
)
GRANTED: dict[str, Any] = {"code": "programme_mark", "since": DAY}
ENDED = membership("cancelled").model_copy(
    update={"revalidation_due_on": DAY, "benefits": (review.Benefit(**GRANTED),), "message": "The seals are gone."}
)
MEMBERSHIP = Membership(**dict(ENDED) | {"benefits": (Benefit(**GRANTED),)})
DENIAL = ApplicationOutcome(
    result="denied", decided_on=date(2026, 3, 9), grounds=("profile",), message="The yard is not fenced."
)
MEMBERSHIPS = (
    review.MembershipActivated,
    review.MembershipSuspended,
    review.MembershipReinstated,
    review.MembershipCancelled,
)


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (reviewed("Fence it."), NoteAdvice(**OF, advice=ADVICE)),
        (PROGRESSED, NoteStage(**OF, progress=PROGRESS)),
        (returned(), NoteReturn(**OF, questions=QUESTIONS, answer_by=DAY)),
        (approved(), NoteOutcome(**OF, outcome=ApplicationOutcome(result="approved", decided_on=date(2026, 3, 9)))),
        (denied(), NoteOutcome(**OF, outcome=DENIAL)),
        *((kind(**dict(ENDED)), NoteMembership(**BY, membership=MEMBERSHIP)) for kind in MEMBERSHIPS),
    ],
)
def test_a_message_becomes_a_command(event: Event, command: Command) -> None:
    assert SUBSCRIPTIONS[type(event)](event, Consumed(at=AT, actor=SERVICE, handled_at=AT)) == (
        Addressed("companies", str(COMPANY), command),
    )


def test_the_card_lists_what_is_owned_and_consumed() -> None:
    assert (COMPANIES.collection,) == intake.OWNS
    assert tuple(event.__name__ for event in SUBSCRIPTIONS) == intake.SUBSCRIPTIONS


def test_the_card_lists_what_is_published() -> None:
    _, facts = company_after(
        (*LIVES["withdrawing"], consent("US"), withdraw("US"), note_membership("active"), asked(LeaveProgramme))
    )
    state, types = COMPANIES.absent, set()
    for fact in facts:
        state = COMPANIES.evolve(state, fact)
        if outgoing := COMPANIES.publish(fact, state):
            types.add(outgoing.type)
    assert types == {EVENTS[name].type() for name in intake.PUBLISHES}
