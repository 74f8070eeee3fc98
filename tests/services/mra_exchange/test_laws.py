"""What holds in every history of profiles, consents, memberships, days, and arrangements that begin and end."""

import json
from datetime import timedelta
from typing import Any

from hypothesis import given as each
from hypothesis import strategies as st

from services.mra_exchange.domain.disclosure import DisclosureCommand, decider
from services.mra_exchange.domain.disclosure.sharing import SharingSealed
from services.mra_exchange.domain.disclosure.state import Disclosure
from shared.contracts.catalogue import Catalogue
from shared.decider import Tick
from tests.support.builders.deciding import assert_fold_law
from tests.support.builders.disclosure_histories import (
    CATALOGUES,
    COMMANDS,
    CONSENTS,
    MEMBERSHIPS,
    PARTNERS,
    PROFILES,
    Known,
    topic_of,
)
from tests.support.builders.interleaving import interleavings
from tests.support.builders.mra_exchange import (
    CLOCK,
    PIP,
    disclosure_after,
    outgoing,
)

MILLISECOND = timedelta(milliseconds=1)


class Topics:
    """Every partner topic after compaction, and the number of its last message; a message out of number fails."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self.numbers: dict[str, int] = {}

    def take(self, topic: str, n: int | None, record: dict[str, Any] | None, *, sealed: bool) -> None:
        assert n == self.numbers.get(topic, 0) + (0 if sealed else 1)
        self.numbers[topic] = n
        if record is None:
            assert sealed or topic in self.records, "an end is published only to a partner that has the record"
            self.records.pop(topic, None)
        else:
            self.records[topic] = record


@each(st.lists(st.tuples(COMMANDS, st.sampled_from(CATALOGUES)), max_size=25))
def test_a_partner_has_at_every_moment_exactly_what_it_may_know(
    history: list[tuple[DisclosureCommand, Catalogue]],
) -> None:
    state, topics, known = Disclosure(), Topics(), Known()
    for command, catalogue in history:
        before = dict(topics.records)
        disclosures = decider(catalogue)
        after, facts = disclosure_after(command, catalogue=catalogue, state=state)
        for fact in facts:
            for message in outgoing(disclosures, state, (fact,)):
                assert message.key == PIP
                sealed = isinstance(fact, SharingSealed)
                topics.take(message.topic, message.n, json.loads(message.body) if message.body else None, sealed=sealed)
        known.note(command)
        state = after
        for code in PARTNERS:
            assert topics.records.get(topic_of(code)) == known.may_know(code, catalogue, before.get(topic_of(code)))


@each(st.lists(COMMANDS, max_size=25), st.sampled_from(CATALOGUES))
def test_the_disclosure_is_the_fold_of_its_facts(commands: list[DisclosureCommand], catalogue: Catalogue) -> None:
    assert_fold_law(decider(catalogue), commands)


@each(st.lists(COMMANDS, max_size=25), COMMANDS, st.sampled_from(CATALOGUES))
def test_what_is_published_again_is_no_news(
    commands: list[DisclosureCommand], last: DisclosureCommand, catalogue: Catalogue
) -> None:
    state, _ = disclosure_after(*commands, last, catalogue=catalogue)
    assert disclosure_after(last, state=state, catalogue=catalogue)[1] == []


@each(st.lists(COMMANDS, max_size=25), st.sampled_from(CATALOGUES))
def test_who_sleeps_until_due_misses_nothing_and_is_not_due_twice(
    commands: list[DisclosureCommand], catalogue: Catalogue
) -> None:
    disclosures = decider(catalogue)
    state, _ = disclosure_after(*commands, catalogue=catalogue)
    while (due := disclosures.due(state)) is not None:
        just_before = Tick(at=due - MILLISECOND, actor=CLOCK)
        assert outgoing(disclosures, state, disclosures.decide(just_before, state)) == []
        state, _ = disclosure_after(Tick(at=due, actor=CLOCK), state=state, catalogue=catalogue)
        assert disclosures.due(state) != due


def outcome(state: Disclosure) -> dict[str, Any]:
    """What the law of interleaving compares: current records, without name and address after the membership's end."""
    left_out = {"name", "address"} if state.ended_at else set[str]()
    return {code: partner.last.model_dump(exclude=left_out) for code, partner in state.partners.items() if partner.last}


@each(st.lists(PROFILES | CONSENTS, max_size=8), st.lists(MEMBERSHIPS, max_size=5), st.data())
def test_intake_and_review_may_overtake_each_other(
    intake: list[DisclosureCommand], review: list[DisclosureCommand], data: st.DataObject
) -> None:
    in_turn, _ = disclosure_after(*intake, *review)
    overtaking, _ = disclosure_after(*data.draw(interleavings(intake, review)))
    assert outcome(overtaking) == outcome(in_turn)
