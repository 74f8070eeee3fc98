"""What risk tells people when it refuses, in both languages."""

from importlib.resources import files

import yaml

from services import risk
from shared import problems
from tests.support.refusals import refused_codes


def test_every_refusal_has_its_sentence_and_every_sentence_its_refusal() -> None:
    own = yaml.safe_load(files(risk).joinpath("catalogue/problems.yaml").read_text("utf-8"))
    assert refused_codes(risk) == set(own) | {"not_found"}


def test_sentences_differ_between_the_languages() -> None:
    assert all(sentence.en != sentence.fr for sentence in problems.load("services.risk").values())
