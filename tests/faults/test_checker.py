"""The checker is held against liars: for each kind of flaw a history that has it, made from one that has none."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest

from services.mra_exchange.domain.disclosure import decider as disclosure
from services.mra_exchange.subscriptions import HEARS as EXCHANGE_HEARS
from shared.decider import Command, Decider, Json
from shared.handling import Cause, begin, decided, finished
from shared.messages import received
from shared.store.documents import Document
from shared.store.parked import RawRecord
from tests.faults.checker import DOUBLED, INVERTED, LOST_COMMAND, LOST_MESSAGE, NO_CONSENT, SKIPPED, TWO_BODIES, UNLIKE_FOLD, flaws
from tests.faults.history import Acknowledged, History, Life, Party, header, number_of, publisher_of, said
from tests.faults.records import activated, consented, declared, withdrawn
from tests.support.samples_mra_exchange import CATALOGUE
from tests.support.toys import COMPANY, HEARS, NOON, OTHER, Deploy, announce, ledger, tally

TALLY, LEDGER = (f"{source}/{COMPANY}" for source in ("/intake/companies", "/review/ledgers"))
DISCLOSURE = f"/mra_exchange/disclosures/{COMPANY}"
PARTNER = ("pip.partner.us", 0)
BUS = ("pip.application", 0)


@dataclass
class Teller:
    """Makes up the life of one aggregate, as the kernel would."""

    decider: Decider[Any, Any, Any]
    id: str
    life: Life

    def does(self, command: Command, cause: str, heard: tuple[str, int] | None = None) -> None:
        work = decided(self.decider, begin(self.decider, _document(self.id, self.life.document)), command, Cause(cause, cause))
        after = finished(self.decider, replace(work, heard={**work.heard, **dict([heard] if heard else ())})).after
        document: Json = {
            "sequence": after.sequence,
            "state": after.state,
            "inbox": {"heard": dict(after.heard)},
            "outbox": [],
            "head": after.head,
        }
        self.life = replace(self.life, document=document, entries=(*self.life.entries, *work.entries))

    def hears(self, record: RawRecord, hears: Any, at: datetime = NOON) -> None:
        message = received(record, hears, at)
        assert message
        self.does(message.addressed[0].command, header(record, "id"), (publisher_of(record), number_of(record)))


def _document(one: str, stored: Json) -> Document:
    return Document(one, 1, stored["sequence"], stored["state"], stored["inbox"]["heard"], (), stored["head"])


def teller(decider: Decider[Any, Any, Any], one: str) -> Teller:
    unwritten: Json = {"sequence": 0, "state": None, "inbox": {"heard": {}}, "outbox": [], "head": ""}
    return Teller(decider, one, Life(f"{decider.source}/{one}", decider, unwritten, ()))


def lying(life: Life) -> tuple[RawRecord, ...]:
    """The messages of a life, each at the offset at which it was sent."""
    messages = [message for entry in life.entries if (message := said(entry))]
    return tuple(replace(message, offset=offset) for offset, message in enumerate(messages))


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> History:
    """Two tallies of three numbers each, their ledgers, and a member of whom the United States knew until its consent was withdrawn."""
    monkeypatch.setattr(Deploy, "mended", True)
    tallies, ledgers, records = [], [], tuple[RawRecord, ...]()
    for company in (COMPANY, OTHER):
        announcing, writing = teller(tally(), str(company)), teller(ledger(), str(company))
        for number in (1, 2, 3):
            announcing.does(announce(company), f"command {number}")
        spoken = [replace(record, offset=len(records) + offset) for offset, record in enumerate(lying(announcing.life))]
        for record in spoken:
            writing.hears(record, HEARS)
        records += tuple(spoken)
        tallies.append(announcing.life)
        ledgers.append(writing.life)
    member = teller(disclosure(CATALOGUE), str(COMPANY))
    heard = [declared(COMPANY, 1), consented(COMPANY, 2), activated(COMPANY), withdrawn(COMPANY, 3)]
    for record in heard:
        member.hears(record, EXCHANGE_HEARS)
    heard = [replace(record, offset=[one.topic for one in heard[:at]].count(record.topic)) for at, record in enumerate(heard)]
    exchange = Party("mra_exchange", {DISCLOSURE: member.life}, EXCHANGE_HEARS, {"disclosures": disclosure(CATALOGUE)})
    committed = {BUS: 6}
    return History(
        parties=(
            Party("intake", {life.publisher: life for life in tallies}),
            Party("review", {life.publisher: life for life in ledgers}, HEARS, {"ledgers": ledger()}, committed=committed),
            exchange,
        ),
        records=(*records, *heard, *lying(member.life)),
        acknowledged=tuple(Acknowledged(life.publisher, f"command {number}", number) for life in tallies for number in (1, 2, 3)),
    )


def test_a_history_that_keeps_the_promises_has_no_flaw(history: History) -> None:
    assert flaws(history) == []


def test_repeats_are_no_flaw_where_they_are_absorbed(history: History) -> None:
    again = [replace(record, offset=6 + record.offset) for record in on(history, BUS)]
    assert flaws(replace(history, records=(*history.records, *again))) == []


def test_what_was_set_aside_for_an_operator_is_no_flaw(history: History) -> None:
    lives = forgetting(history, 3)
    parked = frozenset({f"{TALLY}/3"})
    assert flaws(replace(lives, parties=tuple(replace(party, parked=parked) for party in lives.parties))) == []


# --- liars ---------------------------------------------------------------------------------------------------------


def a_command_without_its_fact(history: History) -> History:
    return replace(history, acknowledged=(*history.acknowledged, Acknowledged(TALLY, "command 4", 4)))


def a_command_whose_fact_is_anothers(history: History) -> History:
    return replace(history, acknowledged=(*history.acknowledged, Acknowledged(TALLY, "command 4", 3)))


def a_message_that_never_left(history: History) -> History:
    return replace(history, records=tuple(record for record in history.records if record not in on(history, BUS)[-1:]))


def a_message_that_still_waits(history: History) -> History:
    return with_document(history, TALLY, outbox=[history.lives[TALLY].entries[-1]])


def a_message_that_was_not_heard(history: History) -> History:
    return without_commits(forgetting(history, 3))


def a_message_that_a_watermark_belies(history: History) -> History:
    """The worst: the subscriber says that it has heard it, and it left no trace."""
    lost = forgetting(history, 2)
    return without_commits(with_document(lost, LEDGER, inbox={"heard": {TALLY: 3}}))


def a_subscriber_that_is_gone(history: History) -> History:
    return without_commits(with_lives(history, lambda lives: {name: life for name, life in lives.items() if name != LEDGER}))


def a_command_that_took_effect_twice(history: History) -> History:
    entries = history.lives[TALLY].entries
    return with_entries(history, TALLY, (*entries[:2], {**entries[2], "cause": entries[1]["cause"]}))


def a_message_that_took_effect_twice(history: History) -> History:
    writing = Teller(ledger(), str(COMPANY), history.lives[LEDGER])
    writing.hears(on(history, BUS)[2], HEARS)
    return with_lives(history, lambda lives: {**lives, LEDGER: writing.life} if LEDGER in lives else lives)


def messages_that_overtake(history: History) -> History:
    first, second, *others = on(history, BUS)
    swapped = [replace(second, offset=0), replace(first, offset=1), *others]
    return replace(history, records=(*swapped, *(record for record in history.records if record.topic != BUS[0])))


def messages_in_two_partitions(history: History) -> History:
    strayed = [replace(record, partition=1, offset=0) if record == on(history, BUS)[5] else record for record in history.records]
    return replace(history, records=tuple(strayed))


def effects_that_overtake(history: History) -> History:
    writing = teller(ledger(), str(COMPANY))
    for record in (on(history, BUS)[at] for at in (1, 0, 2)):
        writing.hears(record, HEARS)
    return with_lives(history, lambda lives: {**lives, LEDGER: writing.life} if LEDGER in lives else lives)


def a_late_repeat_to_a_partner(history: History) -> History:
    record, _ = on(history, PARTNER)
    return replace(history, records=(*history.records, replace(record, offset=2)))


def a_repeat_with_another_body(history: History) -> History:
    other = replace(on(history, BUS)[2], offset=6, value=b"{}")
    return replace(history, records=(*history.records, other))


def a_message_unlike_its_journal(history: History) -> History:
    changed = [replace(record, value=b"{}") if record == on(history, BUS)[2] else record for record in history.records]
    return replace(history, records=tuple(changed))


def a_hole_in_a_topic(history: History) -> History:
    later = [replace(record, offset=record.offset + 1) if record == on(history, BUS)[5] else record for record in history.records]
    return replace(history, records=tuple(later))


def a_group_that_passed_what_it_never_heard(history: History) -> History:
    return forgetting(history, 3)


def a_state_of_its_own(history: History) -> History:
    return with_document(history, TALLY, state={**history.lives[TALLY].document["state"], "number": 7})


def a_journal_with_a_gap(history: History) -> History:
    return with_entries(history, LEDGER, history.lives[LEDGER].entries[1:])


def a_record_that_nobody_consented_to(history: History) -> History:
    """The consent is missing among the facts on which the record was decided."""
    entries = history.lives[DISCLOSURE].entries
    return with_entries(history, DISCLOSURE, tuple({**one, "fact": one["fact"].replace('"US"', '"JP"')} for one in entries))


def a_record_that_no_journal_knows(history: History) -> History:
    record, _ = on(history, PARTNER)
    headers = tuple((name, b"unknown" if name == "ce_id" else value) for name, value in record.headers)
    return replace(history, records=(replace(record, headers=headers), *history.records))


LIARS: dict[Callable[[History], History], str] = {
    a_command_without_its_fact: LOST_COMMAND,
    a_command_whose_fact_is_anothers: LOST_COMMAND,
    a_message_that_never_left: LOST_MESSAGE,
    a_message_that_still_waits: LOST_MESSAGE,
    a_message_that_was_not_heard: LOST_MESSAGE,
    a_message_that_a_watermark_belies: LOST_MESSAGE,
    a_subscriber_that_is_gone: LOST_MESSAGE,
    a_command_that_took_effect_twice: DOUBLED,
    a_message_that_took_effect_twice: DOUBLED,
    messages_that_overtake: INVERTED,
    messages_in_two_partitions: INVERTED,
    effects_that_overtake: INVERTED,
    a_late_repeat_to_a_partner: INVERTED,
    a_repeat_with_another_body: TWO_BODIES,
    a_message_unlike_its_journal: TWO_BODIES,
    a_hole_in_a_topic: SKIPPED,
    a_group_that_passed_what_it_never_heard: SKIPPED,
    a_state_of_its_own: UNLIKE_FOLD,
    a_journal_with_a_gap: UNLIKE_FOLD,
    a_record_that_nobody_consented_to: NO_CONSENT,
    a_record_that_no_journal_knows: NO_CONSENT,
}


@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: liar.__name__)
def test_a_liar_is_caught(history: History, liar: Callable[[History], History]) -> None:
    assert LIARS[liar] in {flaw.kind for flaw in flaws(liar(history))}


def test_a_late_repeat_to_a_partner_is_also_a_record_without_consent(history: History) -> None:
    assert NO_CONSENT in {flaw.kind for flaw in flaws(a_late_repeat_to_a_partner(history))}


# --- how a history is changed ------------------------------------------------------------------------------------------


def on(history: History, place: tuple[str, int]) -> list[RawRecord]:
    return [record for record in history.records if (record.topic, record.partition) == place]


def with_lives(history: History, change: Callable[[dict[str, Life]], dict[str, Life]]) -> History:
    return replace(history, parties=tuple(replace(party, lives=change(dict(party.lives))) for party in history.parties))


def with_life(history: History, publisher: str, **changes: Any) -> History:
    return with_lives(
        history, lambda lives: {name: replace(life, **changes) if name == publisher else life for name, life in lives.items()}
    )


def with_entries(history: History, publisher: str, entries: tuple[Json, ...]) -> History:
    return with_life(history, publisher, entries=entries)


def with_document(history: History, publisher: str, **changes: Any) -> History:
    return with_life(history, publisher, document={**history.lives[publisher].document, **changes})


def without_commits(history: History) -> History:
    return replace(history, parties=tuple(replace(party, committed={}) for party in history.parties))


def forgetting(history: History, number: int) -> History:
    """The ledger as if one message had never come."""
    writing = teller(ledger(), str(COMPANY))
    for record in on(history, BUS)[:3]:
        if number_of(record) != number:
            writing.hears(record, HEARS)
    return with_life(history, LEDGER, document=writing.life.document, entries=writing.life.entries)
