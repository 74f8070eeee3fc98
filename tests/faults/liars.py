"""Liars: for each kind of flaw histories that have it, each made by one change from a history that has none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.model import Json
from tests.faults.checker import (
    DOUBLED,
    INVERTED,
    LOST_COMMAND,
    LOST_MESSAGE,
    NO_CONSENT,
    SKIPPED,
    TWO_BODIES,
    UNDER_WAY,
    UNLIKE_FOLD,
)
from tests.faults.history import Acknowledged, History, Life, Sent, number_of
from tests.faults.history_builder import BUS, DISCLOSURE, LEDGER, PARTNER, TALLY, LifeBuilder, new_life
from tests.support.builders.toys import COMPANY, SUBSCRIPTIONS, ledger
from tests.support.servers.kernel import with_header


def a_command_without_its_fact(history: History) -> History:
    return replace(history, acknowledged=(*history.acknowledged, Acknowledged(TALLY, "command 4", 4)))


def a_command_whose_fact_is_anothers(history: History) -> History:
    return replace(history, acknowledged=(*history.acknowledged, Acknowledged(TALLY, "command 4", 3)))


def a_message_that_never_left(history: History) -> History:
    return replace(history, records=tuple(record for record in history.records if record not in on(history, BUS)[-1:]))


def a_message_that_still_waits(history: History) -> History:
    return with_document(history, TALLY, outbox=[history.lives[TALLY].entries[-1]])


def a_message_that_was_not_consumed(history: History) -> History:
    return without_commits(forgetting(history, 3))


def a_message_that_a_watermark_belies(history: History) -> History:
    """The worst: the subscriber's watermark is past it, and it left no trace."""
    lost = forgetting(history, 2)
    return without_commits(with_document(lost, LEDGER, inbox={"heard": {TALLY: 3}}))


def a_subscriber_that_is_gone(history: History) -> History:
    return without_commits(
        with_lives(history, lambda lives: {name: life for name, life in lives.items() if name != LEDGER})
    )


def a_command_that_took_effect_twice(history: History) -> History:
    entries = history.lives[TALLY].entries
    return with_entries(history, TALLY, (*entries[:2], {**entries[2], "cause": entries[1]["cause"]}))


def a_message_that_took_effect_twice(history: History) -> History:
    writing = LifeBuilder(ledger(), str(COMPANY), history.lives[LEDGER])
    writing.consumes(on(history, BUS)[2], SUBSCRIPTIONS)
    return with_lives(history, lambda lives: {**lives, LEDGER: writing.life} if LEDGER in lives else lives)


def messages_that_overtake(history: History) -> History:
    first, second, *others = on(history, BUS)
    swapped = [replace(second, offset=0), replace(first, offset=1), *others]
    return replace(history, records=(*swapped, *(record for record in history.records if record.topic != BUS[0])))


def messages_in_two_partitions(history: History) -> History:
    strayed = [
        replace(record, partition=1, offset=0) if record == on(history, BUS)[5] else record
        for record in history.records
    ]
    return replace(history, records=tuple(strayed))


def effects_that_overtake(history: History) -> History:
    writing = new_life(ledger(), str(COMPANY))
    for record in (on(history, BUS)[at] for at in (1, 0, 2)):
        writing.consumes(record, SUBSCRIPTIONS)
    return with_lives(history, lambda lives: {**lives, LEDGER: writing.life} if LEDGER in lives else lives)


def a_late_repeat_to_a_partner(history: History) -> History:
    record, _ = on(history, PARTNER)
    return replace(history, records=(*history.records, replace(record, offset=2)))


def a_repeat_with_another_body(history: History) -> History:
    other = replace(on(history, BUS)[2], offset=6, value=b"{}")
    return replace(history, records=(*history.records, other))


def a_repeat_of_another_type(history: History) -> History:
    record = on(history, BUS)[2]
    other = replace(with_header(record, "ce_type", b"pip.ApplicationSubmitted.v1"), offset=6)
    return replace(history, records=(*history.records, other))


def a_repeat_on_another_topic(history: History) -> History:
    other = replace(on(history, BUS)[2], topic="pip.intake", offset=0)
    return replace(history, records=(*history.records, other))


def a_message_unlike_its_journal(history: History) -> History:
    changed = [replace(record, value=b"{}") if record == on(history, BUS)[2] else record for record in history.records]
    return replace(history, records=tuple(changed))


def an_offset_gap(history: History) -> History:
    later = [
        replace(record, offset=record.offset + 1) if record == on(history, BUS)[5] else record
        for record in history.records
    ]
    return replace(history, records=tuple(later))


def a_group_past_what_it_has_not_consumed(history: History) -> History:
    return forgetting(history, 3)


def a_state_of_its_own(history: History) -> History:
    return with_document(history, TALLY, state={**history.lives[TALLY].document["state"], "number": 7})


def a_journal_with_a_gap(history: History) -> History:
    return with_entries(history, LEDGER, history.lives[LEDGER].entries[1:])


def a_record_that_nobody_consented_to(history: History) -> History:
    """The consent is missing among the facts on which the record was decided."""
    entries = history.lives[DISCLOSURE].entries
    return with_entries(
        history, DISCLOSURE, tuple({**entry, "fact": entry["fact"].replace('"US"', '"JP"')} for entry in entries)
    )


def a_record_that_no_journal_knows(history: History) -> History:
    record, _ = on(history, PARTNER)
    return replace(history, records=(with_header(record, "ce_id", b"unknown"), *history.records))


def a_record_sent_long_after_consent_ended(history: History) -> History:
    return sent_after_the_end(history, UNDER_WAY + timedelta(milliseconds=1))


LIARS: dict[Callable[[History], History], str] = {
    a_command_without_its_fact: LOST_COMMAND,
    a_command_whose_fact_is_anothers: LOST_COMMAND,
    a_message_that_never_left: LOST_MESSAGE,
    a_message_that_still_waits: LOST_MESSAGE,
    a_message_that_was_not_consumed: LOST_MESSAGE,
    a_message_that_a_watermark_belies: LOST_MESSAGE,
    a_subscriber_that_is_gone: LOST_MESSAGE,
    a_command_that_took_effect_twice: DOUBLED,
    a_message_that_took_effect_twice: DOUBLED,
    messages_that_overtake: INVERTED,
    messages_in_two_partitions: INVERTED,
    effects_that_overtake: INVERTED,
    a_late_repeat_to_a_partner: INVERTED,
    a_repeat_with_another_body: TWO_BODIES,
    a_repeat_of_another_type: TWO_BODIES,
    a_repeat_on_another_topic: TWO_BODIES,
    a_message_unlike_its_journal: TWO_BODIES,
    an_offset_gap: SKIPPED,
    a_group_past_what_it_has_not_consumed: SKIPPED,
    a_state_of_its_own: UNLIKE_FOLD,
    a_journal_with_a_gap: UNLIKE_FOLD,
    a_record_that_nobody_consented_to: NO_CONSENT,
    a_record_that_no_journal_knows: NO_CONSENT,
    a_record_sent_long_after_consent_ended: NO_CONSENT,
}


# --- how a history is changed ------------------------------------------------------------------------


def on(history: History, partition: tuple[str, int]) -> list[Sent]:
    return [record for record in history.records if (record.topic, record.partition) == partition]


def sent_after_the_end(history: History, late: timedelta) -> History:
    """What the partner received, as if it had left so long after the journal had the end of consent."""
    at = history.lives[DISCLOSURE].entries[-1]["at"] + late
    return replace(
        history,
        records=tuple(
            replace(record, sent_at=at) if record in on(history, PARTNER) else record for record in history.records
        ),
    )


def with_lives(history: History, change: Callable[[dict[str, Life]], dict[str, Life]]) -> History:
    return replace(history, parties=tuple(replace(party, lives=change(dict(party.lives))) for party in history.parties))


def with_life(history: History, publisher: str, **changes: Any) -> History:
    return with_lives(
        history,
        lambda lives: {name: replace(life, **changes) if name == publisher else life for name, life in lives.items()},
    )


def with_entries(history: History, publisher: str, entries: tuple[Json, ...]) -> History:
    return with_life(history, publisher, entries=entries)


def with_document(history: History, publisher: str, **changes: Any) -> History:
    return with_life(history, publisher, document={**history.lives[publisher].document, **changes})


def without_commits(history: History) -> History:
    return replace(history, parties=tuple(replace(party, committed={}) for party in history.parties))


def forgetting(history: History, number: int) -> History:
    """The ledger as if one message had never come."""
    writing = new_life(ledger(), str(COMPANY))
    for record in on(history, BUS)[:3]:
        if number_of(record) != number:
            writing.consumes(record, SUBSCRIPTIONS)
    return with_life(history, LEDGER, document=writing.life.document, entries=writing.life.entries)
