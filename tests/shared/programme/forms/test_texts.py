"""Texts are kept in one spelling, or refused for what deceives (programme 9.3)."""

import pytest

from shared.programme.forms.texts import one_line, paragraphs, searched
from tests.support.builders.typing_in import refused


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nipigon \t Cartage\u00a0Ltd. ", "Nipigon Cartage Ltd."),
        ("Cafe\u0301", "Caf\u00e9"),
        ("Ac\u200bme\ufeff", "Acme"),
        ("Acme\u200f", "Acme"),
        ("Acme\u3164\u3164", "Acme"),
        ("A\u200dcme\u200d", "Acme"),
        ("\u200b\u2060", ""),
        ("\u0301", ""),
    ],
)
def test_a_line_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


@pytest.mark.parametrize(
    "sign", ["\n", "\r\n", "\x00", "\x07", "\x0b", "\u2028", "\u202e", "\u2067", "\ud83d", "\ue000"]
)
def test_a_line_with_what_deceives_is_refused(sign: str) -> None:
    assert refused(one_line, f"Acme{sign}Ltd.") == "characters_not_allowed"


def test_a_text_of_several_lines_keeps_them() -> None:
    assert paragraphs(" One.\r\nTwo.\r  \u2028\tFour. \n") == "One.\nTwo.\n\n Four."
    assert refused(paragraphs, "One.\x00Two.") == "characters_not_allowed"


@pytest.mark.parametrize("typed", ["", "'", "\u200b", "- \u2019", "&"])
def test_a_search_for_signs_alone_is_refused(typed: str) -> None:
    assert refused(searched, typed) == "name_not_searchable"
