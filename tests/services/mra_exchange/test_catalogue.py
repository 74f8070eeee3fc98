"""What people read of mra_exchange, in both languages: the texts of the log."""

from typing import get_args

from services.mra_exchange.catalogue import log_texts
from services.mra_exchange.domain.disclosure.sharing import SharingCause, SharingFact


def test_every_message_and_every_cause_has_its_words() -> None:
    texts = log_texts()
    assert set(texts.events) == {fact.model_fields["kind"].default for fact in get_args(SharingFact)}
    assert set(texts.causes) == set(get_args(SharingCause))


def test_words_differ_between_the_languages() -> None:
    texts = log_texts()
    spoken = (*texts.events.values(), *texts.causes.values(), texts.superseded)
    assert all(text.en != text.fr for text in spoken)
