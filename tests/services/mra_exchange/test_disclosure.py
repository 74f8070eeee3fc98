"""The disclosure beside its partners: causes, when it is due, what it keeps."""

from datetime import UTC, date, datetime

import pytest

from services.mra_exchange.domain.disclosure import DisclosureCommand, decider
from services.mra_exchange.domain.disclosure.noting import ArrangementsNoted, MembershipNoted, ProfileNoted
from services.mra_exchange.domain.disclosure.sharing import RecordShared, SharingCause, SharingStopped
from shared.decider import Tick
from tests.support.builders.mra_exchange import (
    CATALOGUE,
    CLOCK,
    MEMBER_SINCE,
    PIER,
    after,
    consent,
    consents,
    disclosure_after,
    membership,
    profile,
    tick,
    with_arrangements,
)
from tests.support.samples.golden import read

MEMBER = (profile(0), consents(1, consent("US", 1)), membership(2))


@pytest.mark.parametrize(
    ("history", "command", "cause"),
    [
        (MEMBER[:2], membership(2), "activated"),
        (MEMBER[:2], membership(2, "suspended"), "status"),
        (MEMBER, membership(3, "suspended"), "status"),
        ((*MEMBER, membership(3, "suspended")), membership(4), "status"),
        (MEMBER, profile(3, address=PIER), "profile"),
        ((MEMBER[0], membership(2)), consents(3, consent("US", 3)), "consent_given"),
        (MEMBER, consents(3), "consent_withdrawn"),
        ((*MEMBER, consents(3, consent("US", 3))), membership(2.5, "cancelled"), "status"),
    ],
)
def test_the_log_gives_the_reason(
    history: tuple[DisclosureCommand, ...], command: DisclosureCommand, cause: SharingCause
) -> None:
    state, _ = disclosure_after(*history)
    _, facts = disclosure_after(command, state=state)
    assert [fact.cause for fact in facts if isinstance(fact, RecordShared | SharingStopped)] == [cause]


def test_an_arrangement_that_begins_is_a_cause() -> None:
    _, facts = disclosure_after(*MEMBER, tick(12), catalogue=with_arrangements("from", US=(date(2026, 5, 5), None)))
    assert [fact.cause for fact in facts if isinstance(fact, RecordShared)] == ["arrangement_begun"]


def test_a_consented_member_sleeps_while_no_arrangement_is_to_change() -> None:
    assert decider(CATALOGUE).due(disclosure_after(*MEMBER)[0]) is None


def test_an_ended_sharing_wakes_an_hour_later_once() -> None:
    state, _ = disclosure_after(*MEMBER, consents(5))
    assert decider(CATALOGUE).due(state) == after(6)
    assert decider(CATALOGUE).due(disclosure_after(tick(6), state=state)[0]) is None


def test_a_consented_partner_wakes_at_the_ontario_midnight_of_its_next_turn() -> None:
    catalogue = with_arrangements("turns", US=(date(2026, 11, 1), date(2026, 12, 1)), JP=(date(2026, 6, 1), None))
    state, _ = disclosure_after(*MEMBER, catalogue=catalogue)
    assert decider(catalogue).due(state) == datetime(2026, 11, 1, 4, tzinfo=UTC)
    begun, _ = disclosure_after(
        Tick(at=datetime(2026, 11, 1, 4, tzinfo=UTC), actor=CLOCK), state=state, catalogue=catalogue
    )
    assert decider(catalogue).due(begun) == datetime(2026, 12, 1, 5, tzinfo=UTC)


def test_a_tick_under_the_same_catalogue_on_the_same_day_is_nothing() -> None:
    assert disclosure_after(tick(3), state=disclosure_after(*MEMBER)[0])[1] == []


def test_a_new_catalogue_is_noted_so_that_the_sweep_ends() -> None:
    catalogue = CATALOGUE.model_copy(update={"version": "next"})
    _, facts = disclosure_after(tick(3), state=disclosure_after(*MEMBER)[0], catalogue=catalogue)
    assert facts == [ArrangementsNoted(day=MEMBER_SINCE, catalogue_version="next")]


def test_of_a_profile_only_name_and_address_are_kept() -> None:
    _, facts = disclosure_after(profile(0))
    assert facts == [ProfileNoted(day=MEMBER_SINCE, catalogue_version=CATALOGUE.version, declared=profile(0).declared)]
    assert set(profile(0).declared.model_dump()) == {"name", "address"}


def test_of_a_membership_that_was_noted_whole_only_what_partners_may_know_is_read() -> None:
    noted = decider(CATALOGUE).fact(read("facts/disclosures.membership_noted.v1.json"))
    assert isinstance(noted, MembershipNoted)
    assert noted.membership == membership(9, "cancelled").membership
    state = decider(CATALOGUE).state(read("states/disclosures.v1.json"))
    assert state.membership == membership(0).membership
