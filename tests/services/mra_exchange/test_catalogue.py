"""What mra_exchange tells people, in both languages: the words of the log, and why it refuses."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import yaml

from services import mra_exchange
from services.mra_exchange import views
from services.mra_exchange.catalogue import log_texts
from services.mra_exchange.domain.disclosure import Cause
from shared import problems

SOURCE = Path(mra_exchange.__file__).parent


def refused_codes() -> Iterator[str]:
    """Every code that the source of the service refuses with."""
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Refused"), args=[ast.Constant(value=str(code)), *_]):
                    yield code


def test_every_refusal_has_its_sentence_and_every_sentence_its_refusal() -> None:
    own = yaml.safe_load((SOURCE / "catalogue" / "problems.yaml").read_text("utf-8"))
    assert set(refused_codes()) == set(own) | {"malformed", "not_found", "role_not_allowed"}


def test_every_message_and_every_cause_has_its_words() -> None:
    texts = log_texts()
    assert set(texts.events) == {fact.model_fields["kind"].default for fact in get_args(views.Said)}
    assert set(texts.causes) == set(get_args(Cause))


def test_words_and_sentences_differ_between_the_languages() -> None:
    texts = log_texts()
    spoken = (*texts.events.values(), *texts.causes.values(), texts.superseded, *problems.load("services.mra_exchange").values())
    assert all(text.en != text.fr for text in spoken)
