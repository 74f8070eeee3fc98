"""Visits: the officer plans, moves and holds them, the company confirms or delays them; each change is published."""

from datetime import UTC, datetime, timedelta

import pytest

from services.site_validation.domain import validation
from services.site_validation.domain.validation.visits import (
    AnotherDayAsked,
    VisitCancelled,
    VisitConfirmed,
    VisitHeld,
    VisitMoved,
    VisitPlan,
    VisitPlanned,
)
from shared.contracts.site_validation import SiteVisitScheduled, Visit
from shared.contracts.types import VisitState
from tests.support.builders.deciding import live, refusal
from tests.support.builders.packages import COMPANY, TERMINAL, YARD
from tests.support.builders.site_validation import (
    APPLICATION,
    OTHER_VISIT,
    SOON,
    TODAY,
    VALIDATIONS,
    VISIT,
    ask_another_day,
    cancel,
    confirm,
    move,
    opened,
    plan,
    record_visit,
    validation_in,
)

YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("life", "command", "fact"),
    [
        ("open", plan(), VisitPlanned(visit_id=VISIT, plan=VisitPlan(division_ids=(YARD,), on=SOON))),
        ("open", plan(on=TODAY), VisitPlanned(visit_id=VISIT, plan=VisitPlan(division_ids=(YARD,), on=TODAY))),
        ("planned", move(on=TODAY), VisitMoved(visit_id=VISIT, on=TODAY)),
        ("confirmed", move(on=TODAY), VisitMoved(visit_id=VISIT, on=TODAY)),
        ("another_day_asked", move(on=SOON), VisitMoved(visit_id=VISIT, on=SOON)),
        ("planned", cancel(), VisitCancelled(visit_id=VISIT)),
        ("confirmed", cancel(), VisitCancelled(visit_id=VISIT)),
        ("planned", confirm(), VisitConfirmed(visit_id=VISIT)),
        ("another_day_asked", confirm(), VisitConfirmed(visit_id=VISIT)),
        ("planned", ask_another_day(), AnotherDayAsked(visit_id=VISIT, reason="The yard is closed that week.")),
        ("confirmed", ask_another_day(), AnotherDayAsked(visit_id=VISIT, reason="The yard is closed that week.")),
        ("another_day_asked", ask_another_day(reason="Holidays."), AnotherDayAsked(visit_id=VISIT, reason="Holidays.")),
        ("planned", record_visit(), VisitHeld(visit_id=VISIT, held_on=TODAY)),
        ("another_day_asked", record_visit(held_on=YESTERDAY), VisitHeld(visit_id=VISIT, held_on=YESTERDAY)),
    ],
)
def test_what_becomes_of_a_visit(
    life: str, command: validation.ValidationCommand, fact: validation.ValidationFact
) -> None:
    assert VALIDATIONS.decide(command, validation_in(life)) == (fact,)


@pytest.mark.parametrize(
    ("life", "command"),
    [
        ("planned", plan()),
        ("planned", move(on=SOON)),
        ("confirmed", move(on=SOON)),
        ("confirmed", confirm()),
        ("another_day_asked", ask_another_day()),
        ("cancelled", cancel()),
        ("held", record_visit()),
    ],
)
def test_already_so(life: str, command: validation.ValidationCommand) -> None:
    assert VALIDATIONS.decide(command, validation_in(life)) == ()


def test_today_is_the_day_in_ontario() -> None:
    late_evening = datetime(2026, 3, 3, 4, tzinfo=UTC)
    command = plan(on=TODAY).model_copy(update={"at": late_evening})
    assert refusal(VALIDATIONS, command, validation_in("open")) == ""


@pytest.mark.parametrize(
    ("commands", "state"),
    [
        ((), "planned"),
        ((confirm(),), "confirmed"),
        ((ask_another_day(),), "another_day_asked"),
        ((cancel(),), "cancelled"),
        ((confirm(), move(on=SOON + timedelta(days=1)), move(on=SOON)), "planned"),
    ],
)
def test_the_case_gets_all_visits_each_time(
    commands: tuple[validation.ValidationCommand, ...], state: VisitState
) -> None:
    planned = (plan(OTHER_VISIT, divisions=(TERMINAL,)), plan())
    after, facts = live(VALIDATIONS, [*planned, *commands], opened("open"))
    published = SiteVisitScheduled(
        company_id=COMPANY,
        application_id=APPLICATION,
        submission=1,
        visits=(
            Visit(visit_id=OTHER_VISIT, division_ids=(TERMINAL,), on=SOON, state="planned"),
            Visit(visit_id=VISIT, division_ids=(YARD,), on=SOON, state=state),
        ),
    )
    assert VALIDATIONS.publish(facts[-1], after) == published.outgoing()


def test_a_visit_counts_on_the_day_on_which_it_was_held() -> None:
    (visit,) = opened("held").visits
    assert (visit.state, visit.on) == ("held", TODAY)


def test_the_officer_reads_why_another_day_is_asked_until_it_is_settled() -> None:
    (asked,) = opened("another_day_asked").visits
    moved, _ = live(VALIDATIONS, [move()], opened("another_day_asked"))
    assert asked.reason == "The yard is closed that week."
    assert moved == opened("open").model_copy(
        update={"visits": (asked.model_copy(update={"state": "planned", "reason": None, "on": move().on}),)},
    )
