"""What a partner gets, scenario by scenario (programme 4; the numbers in the names are its rows)."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import cast
from uuid import uuid4

import pytest

from services.intake.domain import company as intake
from services.intake.views import consents as intake_views
from services.mra_exchange.domain.disclosure import SOURCE, DisclosureCommand, DisclosureFact, decider
from services.mra_exchange.domain.disclosure.sharing import RecordShared, SharingSealed, SharingStopped
from services.mra_exchange.subscriptions import note_profile
from shared.bus.access import KafkaAccess
from shared.bus.publishers import Fenced
from shared.bus.relay import OutboxSource, Relay
from shared.bus.subscriptions import Consumed
from shared.contracts.intake import CompanyProfileUpdated
from shared.contracts.pip_id import pip_id
from shared.contracts.types import MembershipStatus
from shared.errors import Unavailable
from shared.handling import Aggregate
from shared.relays import Relays
from shared.store.client import Database
from shared.store.documents import Documents
from shared.store.journal import Journal
from shared.telemetry import Metrics
from tests.support.builders import intake as applicant
from tests.support.builders.deciding import refusal
from tests.support.builders.mra_exchange import (
    CATALOGUE,
    INTAKE,
    PIER,
    PIP,
    QUAY,
    after,
    consent,
    consents,
    disclosure_after,
    last,
    membership,
    profile,
    sent,
    tick,
    with_arrangements,
)
from tests.support.servers.bus import on_topic, until
from tests.support.servers.kernel import enveloped

DECLARED = profile(0)
GIVEN = consents(1, consent("US", 1))
ACTIVATED = membership(2)
WITHDRAWN = consents(5)
MEMBER = (DECLARED, GIVEN, ACTIVATED)
TOMORROW = 24


def shared(facts: list[DisclosureFact]) -> list[RecordShared]:
    return [fact for fact in facts if isinstance(fact, RecordShared)]


def test_01_consent_then_activation_is_one_record() -> None:
    assert sent(DECLARED, GIVEN, ACTIVATED) == ["1 AUTHORISED"]


def test_02_activation_then_consent_is_a_record_at_the_consent() -> None:
    assert sent(DECLARED, membership(0.5)) == []
    assert sent(DECLARED, membership(0.5), GIVEN) == ["1 AUTHORISED"]


@pytest.mark.parametrize(
    "history",
    [
        (DECLARED, GIVEN, consents(1.5), ACTIVATED, tick(3)),
        (DECLARED, GIVEN, tick(TOMORROW)),
        (DECLARED, GIVEN, consents(1.5), tick(3)),
    ],
    ids=["consent withdrawn before activation", "denied", "application and consent withdrawn"],
)
def test_03_who_never_was_a_consented_member_is_never_mentioned(history: tuple[DisclosureCommand, ...]) -> None:
    assert sent(*history) == []


def test_04_suspension_and_reinstatement_are_published() -> None:
    assert sent(*MEMBER, membership(3, "suspended"), membership(4)) == ["1 AUTHORISED", "2 SUSPENDED", "3 AUTHORISED"]


def test_05_who_consents_while_suspended_is_shared_as_suspended() -> None:
    assert sent(DECLARED, membership(0.2), membership(0.5, "suspended"), GIVEN) == ["1 SUSPENDED"]


@pytest.mark.parametrize("status", ["active", "suspended"])
def test_06_a_new_address_of_a_member_is_a_new_record(status: MembershipStatus) -> None:
    word = {"active": "AUTHORISED", "suspended": "SUSPENDED"}[status]
    state, _ = disclosure_after(DECLARED, GIVEN, membership(2, status))
    assert sent(profile(3, address=PIER), state=state) == [f"2 {word}"]
    assert last(disclosure_after(profile(3, address=PIER), state=state)[0]).address == PIER


def test_06_a_profile_that_differs_in_other_fields_is_no_news() -> None:
    assert sent(*MEMBER, profile(3), profile(TOMORROW)) == ["1 AUTHORISED"]


def test_07_a_withdrawn_consent_ends_the_sharing_and_seals_it_an_hour_later() -> None:
    assert sent(*MEMBER, WITHDRAWN, tick(5.9)) == ["1 AUTHORISED", "2 ended"]
    assert sent(*MEMBER, WITHDRAWN, tick(6)) == ["1 AUTHORISED", "2 ended", "2 ended"]


def test_07_after_the_seal_nothing_follows_whatever_happens() -> None:
    state, _ = disclosure_after(*MEMBER, WITHDRAWN, tick(6))
    later = (tick(7), membership(8, "suspended"), profile(9, address=PIER), membership(10, "cancelled"), tick(TOMORROW))
    assert sent(*later, state=state) == []


def test_08_consent_given_again_shares_todays_values_under_the_new_consent() -> None:
    again = consent("US", 8)
    _, facts = disclosure_after(*MEMBER, WITHDRAWN, tick(6), profile(7, address=PIER), consents(8, again))
    first, second = shared(facts)
    assert (first.n, first.record.address, first.consent_id) == (1, QUAY, consent("US", 1).consent_id)
    assert (second.n, second.record.address, second.consent_id) == (3, PIER, again.consent_id)


def test_08_consent_given_again_within_the_hour_is_not_sealed() -> None:
    again = consents(5.5, consent("US", 5.5))
    assert sent(*MEMBER, WITHDRAWN, again, tick(6)) == ["1 AUTHORISED", "2 ended", "3 AUTHORISED"]


@pytest.mark.parametrize(("status", "word"), [("cancelled", "REVOKED"), ("withdrawn", "WITHDRAWN")])
def test_09_the_end_of_a_membership_is_published_and_is_the_last_record(status: MembershipStatus, word: str) -> None:
    ended = (*MEMBER, membership(6, status))
    later = (profile(7, name="Boreal Holdings", address=PIER), tick(TOMORROW))
    assert sent(*ended, *later) == ["1 AUTHORISED", f"2 {word}"]
    state, _ = disclosure_after(*ended)
    assert last(state).dates.member_until == date(2026, 5, 4)


def test_10_consent_after_the_end_of_the_membership_shares_nothing() -> None:
    assert sent(DECLARED, ACTIVATED, membership(6, "cancelled"), consents(7, consent("US", 7))) == []


def test_10_consent_at_the_moment_of_the_end_came_before_it() -> None:
    assert sent(DECLARED, ACTIVATED, membership(6, "cancelled"), consents(6, consent("US", 6))) == ["1 REVOKED"]


def test_11_consent_withdrawn_after_the_end_ends_the_sharing() -> None:
    ended = membership(4, "cancelled")
    assert sent(*MEMBER, ended, WITHDRAWN, tick(6)) == ["1 AUTHORISED", "2 REVOKED", "3 ended", "3 ended"]


def test_12_a_company_admitted_again_is_shared_under_its_old_number() -> None:
    again = date(2027, 3, 1)
    state, facts = disclosure_after(*MEMBER, membership(6, "cancelled"), membership(9, since=again))
    record, dates = last(state), last(state).dates
    assert [fact.cause for fact in shared(facts)] == ["activated", "status", "activated"]
    assert (record.status, record.identifiers.pip) == ("AUTHORISED", PIP)
    assert (dates.member_since, dates.member_until) == (again, None)


def test_13_an_arrangement_that_ends_ends_the_sharing() -> None:
    catalogue = with_arrangements("until", US=(date(2008, 6, 1), date(2026, 5, 5)), JP=(date(2010, 6, 1), None))
    both = consents(1, consent("US", 1), consent("JP", 1))
    history = (DECLARED, both, ACTIVATED, tick(11), tick(12), tick(13))
    assert sent(*history, catalogue=catalogue) == ["1 AUTHORISED", "2 ended", "2 ended"]
    assert sent(*history, catalogue=catalogue, to="JP") == ["1 AUTHORISED"]


def test_13_an_arrangement_ended_by_a_new_catalogue_ends_the_sharing_and_only_the_log_gives_the_reason() -> None:
    state, _ = disclosure_after(*MEMBER)
    catalogue = with_arrangements("without US", JP=(date(2010, 6, 1), None))
    ended, facts = disclosure_after(tick(3), state=state, catalogue=catalogue)
    assert sent(tick(3), tick(4), state=state, catalogue=catalogue) == ["2 ended", "2 ended"]
    assert [fact.cause for fact in facts if isinstance(fact, SharingStopped)] == ["arrangement_ended"]
    assert set(ended.consents) == {"US"}


def test_13_the_company_sees_its_consent_on_file_and_not_in_force() -> None:
    company, _ = applicant.company_after([applicant.consent("US")], applicant.company_in("registered"))
    lapsed = with_arrangements("until", US=(date(2008, 6, 1), date(2026, 5, 5)))
    (choice,) = intake_views.consents(company, date(2026, 5, 5), "en", lapsed).choices
    assert (choice.administration, choice.in_force, choice.consent) == ("US", False, company.consents[0])


def test_13_a_message_from_before_the_end_of_an_arrangement_brings_nothing_back() -> None:
    catalogue = with_arrangements("until", US=(date(2008, 6, 1), date(2026, 5, 5)))
    ended, _ = disclosure_after(*MEMBER, tick(TOMORROW), catalogue=catalogue)
    assert sent(profile(3, address=PIER), membership(4, "suspended"), state=ended, catalogue=catalogue) == []


def test_14_a_new_arrangement_shares_nothing_until_the_company_consents() -> None:
    before, _ = disclosure_after(*MEMBER, catalogue=with_arrangements("old", US=(date(2008, 6, 1), None)))
    assert sent(tick(3), state=before, to="EU") == []
    assert sent(tick(3), consents(4, consent("US", 1), consent("EU", 4)), state=before, to="EU") == ["1 AUTHORISED"]


def test_14_a_consent_that_waits_for_its_arrangement_is_honoured_on_its_first_day() -> None:
    catalogue = with_arrangements("from", US=(date(2026, 5, 5), None))
    assert sent(*MEMBER, tick(11), catalogue=catalogue) == []
    assert sent(*MEMBER, tick(11), tick(12), catalogue=catalogue) == ["1 AUTHORISED"]


def test_14_a_consent_before_the_arrangement_is_in_force_is_refused() -> None:
    catalogue = with_arrangements("from", US=(date(2026, 5, 5), None))
    to_come = intake.decider(catalogue, applicant.LIMIT, applicant.OFFER_DAYS)
    assert refusal(to_come, applicant.consent("US"), applicant.company_in("registered")) == "arrangement_not_in_force"


def test_15_the_same_consent_and_the_same_profile_again_are_no_news() -> None:
    assert disclosure_after(profile(3), consents(4, consent("US", 1)), state=disclosure_after(*MEMBER)[0])[1] == []


def test_16_profile_and_activation_make_one_record_in_either_order() -> None:
    assert sent(profile(0), membership(2), GIVEN) == sent(membership(2), profile(0), GIVEN) == ["1 AUTHORISED"]
    assert sent(GIVEN, membership(2), profile(3)) == sent(membership(2), GIVEN, profile(3)) == ["1 AUTHORISED"]


async def test_17_of_a_share_and_a_withdrawal_that_wait_for_the_broker_only_the_end_is_sent(
    database: Database, operator: KafkaAccess
) -> None:
    company, journal = uuid4(), Journal(database)
    disclosures = Aggregate(decider(CATALOGUE), Documents(database, "disclosures"), Relays())

    async def relayed(broker: KafkaAccess) -> None:
        publisher = Fenced(broker, f"test {company}", journal, lambda _: 0.0)
        relay = Relay({"disclosures": OutboxSource(disclosures.documents, SOURCE)}, journal, publisher, Metrics())
        try:
            await relay.round([("disclosures", str(company))])
        finally:
            await publisher.close()

    for command in (DECLARED, GIVEN, membership(2, company=company), WITHDRAWN):
        await disclosures.handle(str(company), command, enveloped())
        with pytest.raises(Unavailable):
            await relayed(replace(operator, bootstrap="127.0.0.1:9"))
    await relayed(operator)

    async def sent() -> list[tuple[bytes | None, int]]:
        records = await on_topic(operator, "pip.partner.us", pip_id(str(company)))
        return [(record.value, int(dict(record.headers)["ce_sequence"])) for record in records]

    await until(sent)
    assert await sent() == [(None, 2)]
    assert [entry.superseded for entry in await journal.published(SOURCE, str(company), None, 10)] == [False, True]


def test_18_the_declared_profile_comes_first_and_edits_follow() -> None:
    """What intake publishes of the profile while an application is under review, edited, and approved."""
    submitted, filed = applicant.company_after([applicant.submit()], applicant.company_in("complete"))
    edited, edits = applicant.company_after([applicant.change_profile(address=PIER)], submitted)
    _, approved = applicant.company_after([applicant.note_approval(), applicant.note_membership("active")], edited)
    (declared,), (edit,) = noted(filed, 0), noted(approved, 2.1)
    assert noted(edits, 1) == []
    _, facts = disclosure_after(declared, GIVEN, ACTIVATED, edit)
    assert [(fact.n, fact.record.address) for fact in shared(facts)] == [(1, QUAY), (2, PIER)]


def noted(facts: Iterable[intake.CompanyFact], hours: float) -> list[DisclosureCommand]:
    """What mra_exchange makes of the profiles that intake publishes."""
    published = [applicant.COMPANIES.publish(fact, applicant.company_in("complete")) for fact in facts]
    kind = CompanyProfileUpdated.type()
    profiles = [
        CompanyProfileUpdated.read(message.body or "") for message in published if message and message.type == kind
    ]
    consumed = Consumed(at=after(hours), actor=INTAKE, handled_at=after(hours))
    return [cast("DisclosureCommand", to.command) for profile in profiles for to in note_profile(profile, consumed)]


def test_each_partner_is_informed_by_its_own_consent_and_counted_apart() -> None:
    both = consents(1, consent("US", 1), consent("JP", 1))
    history = (DECLARED, both, ACTIVATED, consents(3, consent("JP", 1)), membership(4, "suspended"))
    assert sent(*history) == ["1 AUTHORISED", "2 ended"]
    assert sent(*history, to="JP") == ["1 AUTHORISED", "2 SUSPENDED"]
    assert sent(*history, to="KR") == []


def test_a_record_is_keyed_by_the_members_number_and_is_closed() -> None:
    _, facts = disclosure_after(*MEMBER)
    (record,) = shared(facts)
    message = decider(CATALOGUE).publish(record, disclosure_after(*MEMBER)[0])
    assert message is not None
    assert (message.topic, message.key, message.type, message.n) == ("pip.partner.us", PIP, "pip.MemberShared.v1", 1)
    assert message.body is not None
    assert set(json.loads(message.body)) == {"name", "address", "status", "dates", "identifiers"}


def test_the_end_is_a_tombstone_that_gives_no_cause() -> None:
    state, facts = disclosure_after(*MEMBER, WITHDRAWN, tick(6))
    ends = [
        decider(CATALOGUE).publish(fact, state) for fact in facts if isinstance(fact, SharingStopped | SharingSealed)
    ]
    assert [(end.key, end.type, end.body, end.n) for end in ends if end] == [(PIP, "pip.SharingEnded.v1", None, 2)] * 2
