"""What review tells people, in both languages: why it refuses."""

import ast
from collections.abc import Iterator
from pathlib import Path

import yaml

from services import review
from shared import problems

SOURCE = Path(review.__file__).parent


def refused_codes() -> Iterator[str]:
    """Every code that the source of the service refuses with."""
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Refused"), args=[ast.Constant(value=str(code)), *_]):
                    yield code


def test_every_refusal_has_its_sentence_and_every_sentence_its_refusal() -> None:
    own = yaml.safe_load((SOURCE / "catalogue" / "problems.yaml").read_text("utf-8"))
    assert set(refused_codes()) | {"pip_id_taken"} == set(own) | {"not_found"}


def test_sentences_differ_between_the_languages() -> None:
    assert all(sentence.en != sentence.fr for sentence in problems.load("services.review").values())
