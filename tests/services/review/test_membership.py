"""The life of a membership in its details; what happens in which status stands in `test_membership_table`."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from services.review.domain import membership
from services.review.domain.membership.activation import Activate, MembershipActivated
from services.review.domain.membership.benefits import granted
from services.review.domain.membership.profile import NoteProfile, ProfileNoted
from services.review.domain.membership.revalidation import RevalidationFellDue
from services.review.domain.membership.standing import Leave
from services.review.domain.membership.state import Absent, State
from shared.contracts import review as published
from shared.contracts.review import MembershipEvent
from shared.contracts.types import LineOfBusiness
from tests.support.builders.deciding import assert_fold_law, given, live
from tests.support.builders.interleaving import interleavings
from tests.support.builders.memberships import (
    ACTIVATED,
    CANCELLED,
    LATER_ON,
    LIVES,
    NOTICE,
    ON_THE_DAY,
    REINSTATED,
    SINCE,
    SUSPENDED,
    TERM,
    WITHDRAWN,
    activate,
    cancel,
    leave,
    membership_in,
    note_profile,
    reinstate,
    suspend,
)
from tests.support.builders.packages import COMPANY
from tests.support.builders.review import APPLICATION, ENTITLEMENTS, MEMBERSHIPS, approved, declaration, tick


@pytest.mark.parametrize(
    ("command", "life", "fact"),
    [
        (activate(), "absent", ACTIVATED),
        (suspend(), "active", SUSPENDED),
        (reinstate(), "suspended", REINSTATED),
        (cancel(), "active", CANCELLED),
        (leave(), "suspended", WITHDRAWN),
    ],
)
def test_what_has_happened_shows_when_and_why(
    command: membership.MembershipCommand, life: str, fact: membership.MembershipFact
) -> None:
    assert MEMBERSHIPS.decide(command, membership_in(life)) == (fact,)


@pytest.mark.parametrize("life", ["cancelled", "withdrawn"])
def test_another_approval_admits_anew_under_the_same_number(life: str) -> None:
    again = approved(date(2028, 2, 29), "application/2")
    (fact,) = MEMBERSHIPS.decide(activate(again), membership_in(life))
    assert isinstance(fact, MembershipActivated)
    assert fact.term.pip_id == TERM.pip_id
    assert fact.term.member_since == date(2028, 2, 29)
    assert fact.term.revalidation_due_on == date(2032, 2, 29)


def test_revalidation_is_due_on_28_february_where_there_is_no_29th() -> None:
    (fact,) = MEMBERSHIPS.decide(activate(approved(date(2096, 2, 29))), membership_in("absent"))
    assert isinstance(fact, MembershipActivated)
    assert fact.term.revalidation_due_on == date(2100, 2, 28)


@pytest.mark.parametrize(
    ("lines", "courier", "codes"),
    [
        (("air_carrier", "importer"), False, ["security_advice", "fast_eligibility"]),
        (("air_carrier",), False, ["security_advice"]),
        (("highway_carrier",), True, ["security_advice", "fast_eligibility", "low_value_shipment_eligibility"]),
        (("customs_broker",), True, ["security_advice"]),
    ],
)
def test_fast_is_for_highway_carriers_and_importers_and_low_value_shipments_for_carriers_that_are_couriers(
    lines: tuple[LineOfBusiness, ...], *, courier: bool, codes: list[str]
) -> None:
    benefits = granted(ENTITLEMENTS, approved(lines_of_business=lines, courier=courier))
    assert [(benefit.code, benefit.since) for benefit in benefits] == [(code, SINCE) for code in codes]


@pytest.mark.parametrize("life", LIVES)
def test_the_profile_is_kept_in_every_status(life: str) -> None:
    state, facts = live(MEMBERSHIPS, (note_profile(2), note_profile(2), note_profile(1)), membership_in(life))
    assert facts == (ProfileNoted(declared=declaration(2)),)
    assert state == membership_in(life).model_copy(update={"declared": declaration(2)})


@pytest.mark.parametrize("life", LIVES)
def test_the_latest_declarations_are_kept_whatever_becomes_of_the_membership(life: str) -> None:
    declarations: tuple[membership.MembershipCommand, ...] = tuple(note_profile(revision) for revision in range(1, 14))
    state, _ = live(
        MEMBERSHIPS,
        (*declarations, suspend(), reinstate(), cancel(), activate(approved(application="application/2"))),
        membership_in(life),
    )
    assert [earlier.revision for earlier in state.earlier] == list(range(3, 13))
    assert state.declared == declaration(13)


@pytest.mark.parametrize("life", ["active", "suspended"])
def test_revalidation_falls_due_once_on_its_day(life: str) -> None:
    moment = MEMBERSHIPS.due(membership_in(life))
    assert moment == ON_THE_DAY
    early, on_the_day = tick(moment - timedelta(milliseconds=1)), tick(moment)
    state, facts = live(MEMBERSHIPS, (early, on_the_day, on_the_day), membership_in(life))
    assert facts == (RevalidationFellDue(),)
    assert MEMBERSHIPS.due(state) is None


@pytest.mark.parametrize("life", ["absent", "cancelled", "withdrawn"])
def test_nothing_falls_due_without_a_membership(life: str) -> None:
    assert MEMBERSHIPS.due(membership_in(life)) is None
    assert MEMBERSHIPS.decide(tick(datetime(2040, 1, 1, tzinfo=UTC)), membership_in(life)) == ()


def membership_event(event: type[MembershipEvent], **changes: object) -> MembershipEvent:
    whole = {
        "company_id": COMPANY,
        "application_id": APPLICATION,
        "pip_id": TERM.pip_id,
        "status": "active",
        "status_since": LATER_ON,
        "member_since": SINCE,
        "revalidation_due_on": TERM.revalidation_due_on,
        "message": NOTICE.message,
    }
    return event.model_validate(whole | changes)


ENDED = {"revalidation_due_on": None, "member_until": LATER_ON}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            (ACTIVATED,),
            membership_event(published.MembershipActivated, status_since=SINCE, benefits=TERM.benefits, message=None),
        ),
        ((ACTIVATED, SUSPENDED), membership_event(published.MembershipSuspended, status="suspended")),
        ((ACTIVATED, SUSPENDED, REINSTATED), membership_event(published.MembershipReinstated, benefits=TERM.benefits)),
        ((ACTIVATED, CANCELLED), membership_event(published.MembershipCancelled, status="cancelled", **ENDED)),
        (
            (ACTIVATED, WITHDRAWN),
            membership_event(
                published.MembershipCancelled,
                status="withdrawn",
                **ENDED | {"status_since": WITHDRAWN.on, "member_until": WITHDRAWN.on, "message": None},
            ),
        ),
    ],
)
def test_every_change_is_published_with_the_whole_membership_and_no_note(
    facts: tuple[membership.MembershipFact, ...], expected: MembershipEvent
) -> None:
    assert MEMBERSHIPS.publish(facts[-1], given(MEMBERSHIPS, *facts)) == expected.outgoing()


@pytest.mark.parametrize(
    "fact", [ProfileNoted(declared=declaration()), RevalidationFellDue()], ids=lambda fact: fact.kind
)
def test_profile_and_revalidation_stay_inside(fact: membership.MembershipFact) -> None:
    assert MEMBERSHIPS.publish(fact, given(MEMBERSHIPS, ACTIVATED, fact)) is None


COMMANDS: tuple[membership.MembershipCommand, ...] = (
    activate(),
    activate(approved(date(2028, 2, 29), "application/2")),
    suspend(),
    reinstate(),
    cancel(),
    leave(),
    note_profile(1),
    note_profile(2),
    tick(datetime(2031, 1, 1, tzinfo=UTC)),
)
CONSUMED = [command for command in COMMANDS if isinstance(command, Activate | Leave | NoteProfile)]


@each(st.lists(st.sampled_from(COMMANDS), max_size=20))
def test_the_state_is_the_fold_of_the_facts(commands: list[membership.MembershipCommand]) -> None:
    assert_fold_law(MEMBERSHIPS, commands)


@pytest.mark.parametrize("command", CONSUMED, ids=lambda command: command.kind)
@pytest.mark.parametrize("life", LIVES)
def test_what_is_consumed_is_never_refused_and_never_counts_twice(
    life: str, command: membership.MembershipCommand
) -> None:
    after, _ = live(MEMBERSHIPS, (command,), membership_in(life))
    assert MEMBERSHIPS.decide(command, after) == ()


# --- interleaving: officers act at fixed points (programme 1.6) ----------------------------------

OF_THE_COMPANY = (note_profile(1), note_profile(2), leave())


def outcome(state: State) -> tuple[object, ...]:
    """What the law compares: status, number, benefits, and the profile as last declared."""
    return state.status, None if isinstance(state, Absent) else (state.term.pip_id, state.term.benefits), state.declared


@each(interleavings((activate(),), (note_profile(1), note_profile(2))))
def test_approval_and_profile_come_in_any_order(order: tuple[membership.MembershipCommand, ...]) -> None:
    state, _ = live(MEMBERSHIPS, order)
    assert outcome(state) == outcome(given(MEMBERSHIPS, ACTIVATED, ProfileNoted(declared=declaration(2))))


@pytest.mark.parametrize("acts", [(), (suspend(),), (suspend(), reinstate())], ids=len)
@each(order=interleavings((activate(), activate()), OF_THE_COMPANY))
def test_whoever_leaves_has_left_whatever_officers_did_before(
    acts: tuple[membership.MembershipCommand, ...], order: tuple[membership.MembershipCommand, ...]
) -> None:
    state, _ = live(MEMBERSHIPS, (activate(), *acts, *order))
    assert outcome(state)[0] == "withdrawn"
    assert state.declared == declaration(2)


@each(st.permutations([cancel(), leave()]))
def test_of_two_ends_the_first_counts(order: list[membership.MembershipCommand]) -> None:
    state, facts = live(MEMBERSHIPS, order, membership_in("active"))
    assert state.status == {"cancel": "cancelled", "leave": "withdrawn"}[order[0].kind]
    assert len(facts) == 1
