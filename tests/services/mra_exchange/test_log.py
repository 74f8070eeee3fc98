"""The company's log: each message to a partner, in words of both languages, with nothing of what was merely noted."""

import json

from services.mra_exchange.catalogue import log_texts
from services.mra_exchange.domain.disclosure import SOURCE, Happened, decider
from services.mra_exchange.views import TOLD, Log, WantedLog, log
from shared.store.journal import Entry
from tests.support.samples_mra_exchange import CATALOGUE, COMPANY, after, consent, consents, lived, membership, profile, tick

NAMES = {one.code: one.name for one in CATALOGUE.administrations}
_, FACTS = lived(profile(0), consents(1, consent("US", 1)), membership(2), consents(5), tick(6))


def journalled(fact: Happened, sequence: int, *, superseded: bool = False) -> tuple[Entry, Happened]:
    """A fact as the journal gives it back."""
    stored = json.loads(fact.model_dump_json())
    entry = Entry(SOURCE, str(COMPANY), sequence, after(sequence), {"subject": "clock", "role": "system"}, stored, None, superseded)
    return entry, decider(CATALOGUE).fact(stored)


def read(wanted: WantedLog | None = None, *, superseded: frozenset[int] = frozenset()) -> Log:
    """The page that a company reads."""
    told = [
        journalled(fact, sequence, superseded=sequence in superseded) for sequence, fact in enumerate(FACTS, start=1) if fact.kind in TOLD
    ]
    return log(told, NAMES, log_texts(), wanted or WantedLog())


def test_the_log_says_what_was_told_to_whom_when_why_and_under_which_consent() -> None:
    shared, stopped, sealed = read().entries
    assert (shared.administration, shared.n, shared.at, shared.kind, shared.cause) == ("US", 1, after(4), "record_shared", "activated")
    assert shared.consent_id == consent("US", 1).consent_id
    assert shared.record is not None
    assert (shared.record.name, shared.record.status) == ("Boreal Drayage Ltd.", "AUTHORISED")
    assert (stopped.n, stopped.kind, stopped.cause, stopped.record) == (2, "sharing_stopped", "consent_withdrawn", None)
    assert (sealed.n, sealed.kind, sealed.cause) == (2, "sharing_sealed", None)


def test_the_log_speaks_both_languages() -> None:
    shared, stopped, _ = read().entries
    assert (shared.text.en, shared.text.fr) == ("Record shared", "Fiche communiquée")
    assert stopped.cause_text is not None
    assert stopped.cause_text.en == "The company withdrew its consent."
    assert stopped.cause_text.fr.endswith("a retiré son consentement.")
    assert shared.administration_name == NAMES["US"]


def test_what_was_replaced_before_it_was_delivered_is_marked() -> None:
    shared, stopped, _ = read(superseded=frozenset({4})).entries
    assert shared.superseded is not None
    assert shared.superseded.en == "Replaced before delivery was confirmed"
    assert stopped.superseded is None


def test_the_log_is_read_page_by_page() -> None:
    first = read(WantedLog(limit=2))
    second = read(WantedLog(limit=2, after=first.next or 0))
    assert [*first.entries, *second.entries] == list(read().entries)
    assert second.next is None
