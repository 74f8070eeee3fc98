"""What mra_exchange tells people, in both languages: the words of the log."""

from typing import get_args

from services.mra_exchange import views
from services.mra_exchange.catalogue import log_texts
from services.mra_exchange.domain.disclosure import Cause


def test_every_message_and_every_cause_has_its_words() -> None:
    texts = log_texts()
    assert set(texts.events) == {fact.model_fields["kind"].default for fact in get_args(views.Said)}
    assert set(texts.causes) == set(get_args(Cause))


def test_words_differ_between_the_languages() -> None:
    texts = log_texts()
    spoken = (*texts.events.values(), *texts.causes.values(), texts.superseded)
    assert all(text.en != text.fr for text in spoken)
