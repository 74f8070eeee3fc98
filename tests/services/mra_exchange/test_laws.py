"""What holds in every history of profiles, consents, memberships, days, and arrangements that begin and end."""

import json
from datetime import date, timedelta
from typing import Any

from hypothesis import given as each
from hypothesis import strategies as st

from services.mra_exchange.domain.consumed import Consent, Declared, Membership
from services.mra_exchange.domain.disclosure import (
    Disclosure,
    DisclosureCommand,
    NoteConsents,
    NoteMembership,
    NoteProfile,
    SharingSealed,
    decider,
)
from shared.contracts.catalogue import Catalogue
from shared.contracts.types import Administration, MembershipStatus
from shared.decider import Tick
from shared.model import Moment
from shared.programme.calendar import today
from tests.support.builders.deciding import assert_fold_law
from tests.support.builders.interleaving import interleavings
from tests.support.builders.mra_exchange import (
    CATALOGUE,
    CLOCK,
    PIER,
    PIP,
    QUAY,
    consent,
    consents,
    lived,
    membership,
    outgoing,
    profile,
    tick,
    with_arrangements,
)

PARTNERS: tuple[Administration, ...] = ("US", "JP", "EU")
STATUSES: tuple[MembershipStatus, ...] = ("active", "suspended", "cancelled", "withdrawn")
WORDS = {"active": "AUTHORISED", "suspended": "SUSPENDED", "cancelled": "REVOKED", "withdrawn": "WITHDRAWN"}
LONG_AGO = date(2008, 6, 1)
MILLISECOND = timedelta(milliseconds=1)
CATALOGUES = (
    CATALOGUE,
    with_arrangements(
        "ends and begins", US=(LONG_AGO, date(2026, 5, 6)), JP=(date(2026, 5, 6), None), EU=(LONG_AGO, None)
    ),
    with_arrangements("two alone", JP=(LONG_AGO, date(2026, 5, 5)), US=(LONG_AGO, None)),
)

HOURS = st.integers(0, 96)
PROFILES = st.builds(
    profile, HOURS, st.sampled_from(("Boreal Drayage Ltd.", "Boreal Holdings")), st.sampled_from((QUAY, PIER))
)
CONSENTS = st.builds(
    lambda hours, given: consents(hours, *(consent(code, min(hours, at)) for code, at in given.items())),
    HOURS,
    st.dictionaries(st.sampled_from(PARTNERS), HOURS),
)
MEMBERSHIPS = st.builds(membership, HOURS, st.sampled_from(STATUSES), st.dates(date(2026, 5, 1), date(2026, 5, 3)))
TICKS = st.builds(tick, HOURS)
COMMANDS = PROFILES | CONSENTS | MEMBERSHIPS | TICKS


class Topics:
    """Every partner topic after compaction, and the number of its last message; a message out of number fails."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self.numbers: dict[str, int] = {}

    def take(self, topic: str, n: int | None, record: dict[str, Any] | None, *, sealed: bool) -> None:
        assert n == self.numbers.get(topic, 0) + (0 if sealed else 1)
        self.numbers[topic] = n
        if record is None:
            assert sealed or topic in self.records, "an end is told only to who has the record"
            self.records.pop(topic, None)
        else:
            self.records[topic] = record


class Known:
    """The rule of programme.md 3.6 told a second time, over what was heard last."""

    def __init__(self, pip: str = PIP) -> None:
        self.pip = pip
        self.declared: Declared | None = None
        self.membership: Membership | None = None
        self.ended_at: Moment | None = None
        self.consents: dict[str, Consent] = {}
        self.day = date.min

    def hear(self, command: DisclosureCommand) -> None:
        self.day = max(self.day, today(command.at))
        match command:
            case NoteProfile():
                self.declared = command.declared
            case NoteConsents():
                self.consents = {one.administration: one for one in command.in_force}
            case NoteMembership():
                self.membership = command.membership
                self.ended_at = command.said_at if command.membership.member_until else None
            case Tick():
                pass

    def may_know(self, code: Administration, catalogue: Catalogue, has: dict[str, Any] | None) -> dict[str, Any] | None:
        """All that a partner may know, where it has this record already."""
        period = next((one.in_force for one in catalogue.administrations if one.code == code), None)
        if self.declared is None or self.membership is None or code not in self.consents:
            return None
        if period is None or self.day < period.since or (period.until and self.day >= period.until):
            return None
        if self.ended_at and self.consents[code].given_at > self.ended_at:
            return None
        declared = json.loads(self.declared.model_dump_json())
        return {
            **({key: has[key] for key in declared} if has and self.ended_at else declared),
            "status": WORDS[self.membership.status],
            "dates": json.loads(self.membership.model_dump_json(include={"member_since", "member_until"})),
            "identifiers": {"pip": self.pip},
        }


def topic_of(code: Administration) -> str:
    return f"pip.partner.{code.lower()}"


@each(st.lists(st.tuples(COMMANDS, st.sampled_from(CATALOGUES)), max_size=25))
def test_a_partner_has_at_every_moment_exactly_what_it_may_know(
    history: list[tuple[DisclosureCommand, Catalogue]],
) -> None:
    state, topics, known = Disclosure(), Topics(), Known()
    for command, catalogue in history:
        before = dict(topics.records)
        disclosures = decider(catalogue)
        after, facts = lived(command, catalogue=catalogue, state=state)
        for fact in facts:
            for message in outgoing(disclosures, state, (fact,)):
                assert message.key == PIP
                sealed = isinstance(fact, SharingSealed)
                topics.take(message.topic, message.n, json.loads(message.body) if message.body else None, sealed=sealed)
        known.hear(command)
        state = after
        for code in PARTNERS:
            assert topics.records.get(topic_of(code)) == known.may_know(code, catalogue, before.get(topic_of(code)))


@each(st.lists(COMMANDS, max_size=25), st.sampled_from(CATALOGUES))
def test_the_disclosure_is_the_fold_of_its_facts(commands: list[DisclosureCommand], catalogue: Catalogue) -> None:
    assert_fold_law(decider(catalogue), commands)


@each(st.lists(COMMANDS, max_size=25), COMMANDS, st.sampled_from(CATALOGUES))
def test_what_is_said_again_is_no_news(
    commands: list[DisclosureCommand], last: DisclosureCommand, catalogue: Catalogue
) -> None:
    state, _ = lived(*commands, last, catalogue=catalogue)
    assert lived(last, state=state, catalogue=catalogue)[1] == []


@each(st.lists(COMMANDS, max_size=25), st.sampled_from(CATALOGUES))
def test_who_sleeps_until_due_misses_nothing_and_is_not_woken_twice(
    commands: list[DisclosureCommand], catalogue: Catalogue
) -> None:
    disclosures = decider(catalogue)
    state, _ = lived(*commands, catalogue=catalogue)
    while (due := disclosures.due(state)) is not None:
        just_before = Tick(at=due - MILLISECOND, actor=CLOCK)
        assert outgoing(disclosures, state, disclosures.decide(just_before, state)) == []
        state, _ = lived(Tick(at=due, actor=CLOCK), state=state, catalogue=catalogue)
        assert disclosures.due(state) != due


def outcome(state: Disclosure) -> dict[str, Any]:
    """What the law of interleaving compares: current records, without name and address after the membership's end."""
    left_out = {"name", "address"} if state.ended_at else set[str]()
    return {code: partner.last.model_dump(exclude=left_out) for code, partner in state.partners.items() if partner.last}


@each(st.lists(PROFILES | CONSENTS, max_size=8), st.lists(MEMBERSHIPS, max_size=5), st.data())
def test_intake_and_review_may_overtake_each_other(
    intake: list[DisclosureCommand], review: list[DisclosureCommand], data: st.DataObject
) -> None:
    in_turn, _ = lived(*intake, *review)
    overtaking, _ = lived(*data.draw(interleavings(intake, review)))
    assert outcome(overtaking) == outcome(in_turn)
