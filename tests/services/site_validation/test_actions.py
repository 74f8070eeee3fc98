"""Required actions: the company responds, an officer accepts or rejects; what is not accepted in time is overdue."""

from datetime import date, timedelta

import pytest

from services.site_validation.domain import validation
from services.site_validation.domain.validation.actions import (
    FindingAccepted,
    FindingOverdue,
    ResponseGiven,
    ResponseRejected,
)
from services.site_validation.domain.validation.state import Finding, GivenResponse, Open
from shared.programme.calendar import beginning_of
from tests.support.builders.deciding import live, refusal
from tests.support.builders.site_validation import (
    DUE,
    FINDING,
    OTHER_FINDING,
    TODAY,
    VALIDATIONS,
    accept,
    fail,
    opened,
    reject,
    require_action,
    respond,
    response,
    tick,
    validation_in,
)

TOMORROW, NEXT_DUE = DUE + timedelta(days=1), DUE + timedelta(days=30)
GIVEN = GivenResponse(**dict(response()), given_on=TODAY)
REJECTED = GIVEN.model_copy(update={"rejection": "The photo shows the old one."})


def after(life: str, *commands: validation.ValidationCommand) -> Finding:
    """The only finding, once these are done."""
    state, _ = live(VALIDATIONS, commands, opened(life))
    assert isinstance(state, Open)
    (finding,) = state.findings
    return finding


# --- responses ------------------------------------------------------------------------------------


def test_the_company_responds_with_the_evidence_that_it_has_uploaded() -> None:
    assert VALIDATIONS.decide(respond(), validation_in("action_open")) == (
        ResponseGiven(finding_id=FINDING, response=GIVEN),
    )
    assert (after("responded").state, after("responded").responses) == ("responded", (GIVEN,))


def test_the_same_response_again_is_already_given() -> None:
    assert VALIDATIONS.decide(respond(), validation_in("responded")) == ()


def test_until_it_is_answered_a_response_is_replaced() -> None:
    finding = after("responded", respond(text="It is bolted to the wall now."))
    assert [given.text for given in finding.responses] == ["It is bolted to the wall now."]


def test_an_accepted_response_settles_the_action() -> None:
    assert VALIDATIONS.decide(accept(), validation_in("responded")) == (FindingAccepted(finding_id=FINDING),)
    assert (after("accepted").state, after("accepted").overdue) == ("accepted", False)


def test_a_rejected_response_leaves_the_action_open_until_another_day() -> None:
    rejected = ResponseRejected(finding_id=FINDING, rejection=reject().rejection)
    assert VALIDATIONS.decide(reject(), validation_in("responded")) == (rejected,)
    finding = after("rejected")
    assert (finding.state, finding.due_on, finding.responses) == ("open", NEXT_DUE, (REJECTED,))


def test_what_was_rejected_stays_beside_the_next_response() -> None:
    finding = after("rejected", respond(text="This photo is of today."))
    assert [(given.text, given.rejection) for given in finding.responses] == [
        ("A new padlock is in place.", "The photo shows the old one."),
        ("This photo is of today.", None),
    ]


def test_a_new_due_date_may_be_today() -> None:
    assert refusal(VALIDATIONS, reject(due_on=TODAY), validation_in("responded")) == ""


def test_each_finding_has_its_own_course() -> None:
    settled: tuple[validation.ValidationCommand, ...] = (
        require_action(OTHER_FINDING),
        respond(OTHER_FINDING),
        accept(OTHER_FINDING),
    )
    state, _ = live(VALIDATIONS, settled, opened("action_open"))
    assert isinstance(state, Open)
    assert [(finding.finding_id, finding.state) for finding in state.findings] == [
        (FINDING, "open"),
        (OTHER_FINDING, "accepted"),
    ]


@pytest.mark.parametrize("life", ["responded", "rejected", "overdue", "accepted"])
def test_what_becomes_of_an_action_is_published_with_the_outcome_not_before(life: str) -> None:
    commands: tuple[validation.ValidationCommand, ...] = (respond(), reject(), respond(), accept(), tick())
    state, facts = live(VALIDATIONS, commands, validation_in(life))
    assert [VALIDATIONS.publish(fact, state) for fact in facts] == [None] * len(facts)


# --- overdue --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("life", "day"),
    [
        ("open", None),
        ("noted", None),
        ("action_open", TOMORROW),
        ("responded", TOMORROW),
        ("rejected", NEXT_DUE + timedelta(days=1)),
        ("overdue", None),
        ("accepted", None),
        ("concluded", None),
        ("closed", None),
    ],
)
def test_a_validation_is_due_when_a_due_date_has_passed(life: str, day: date | None) -> None:
    assert VALIDATIONS.due(validation_in(life)) == (day and beginning_of(day))


@pytest.mark.parametrize(("day", "facts"), [(DUE, ()), (TOMORROW, (FindingOverdue(finding_id=FINDING, due_on=DUE),))])
def test_an_action_is_overdue_from_the_day_after(day: date, facts: tuple[validation.ValidationFact, ...]) -> None:
    assert VALIDATIONS.decide(tick(day), validation_in("action_open")) == facts


def test_of_several_actions_the_earliest_wakes_and_alone_is_overdue() -> None:
    earlier = require_action(OTHER_FINDING).model_copy(
        update={"observation": require_action().observation.model_copy(update={"due_on": TODAY})}
    )
    state, _ = live(VALIDATIONS, [earlier], opened("action_open"))
    assert VALIDATIONS.due(state) == beginning_of(TODAY + timedelta(days=1))
    assert VALIDATIONS.decide(tick(TODAY + timedelta(days=1)), state) == (
        FindingOverdue(finding_id=OTHER_FINDING, due_on=TODAY),
    )


def test_an_action_is_overdue_once_for_every_due_date() -> None:
    days = (NEXT_DUE + timedelta(days=number) for number in range(3))
    history: tuple[validation.ValidationCommand, ...] = (tick(), tick(), respond(), reject(), *map(tick, days))
    _, facts = live(VALIDATIONS, history, opened("action_open"))
    assert [fact.due_on for fact in facts if isinstance(fact, FindingOverdue)] == [DUE, NEXT_DUE]


@pytest.mark.parametrize(
    ("commands", "overdue"),
    [((), True), ((respond(),), True), ((respond(), accept()), False), ((respond(), reject()), False)],
)
def test_what_is_overdue_stays_so_until_an_officer_answers(
    commands: tuple[validation.ValidationCommand, ...], *, overdue: bool
) -> None:
    assert after("overdue", *commands).overdue is overdue


def test_a_failed_validation_waits_for_nothing() -> None:
    state, _ = live(VALIDATIONS, [fail()], opened("action_open"))
    assert VALIDATIONS.due(state) is None
    assert VALIDATIONS.decide(tick(), state) == ()
