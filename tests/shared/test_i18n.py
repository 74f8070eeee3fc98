"""Which language a reader gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.i18n import Language, Text, negotiate, pick


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("fr", "fr"),
        ("FR-ca", "fr"),
        ("fr-CA, en;q=0.5", "fr"),
        ("en;q=0.5, fr;q=0.8", "fr"),
        ("en-CA;q=0.2, fr;q=0.5, en;q=0.9", "en"),
        ("fr;q=0.9, en;q=0.5, fr-CA;q=0.1", "fr"),
        ("fr;q=0.5, en;q=0.5", "fr"),
        ("de", "en"),
        ("*", "en"),
        ("de, *;q=0.1", "en"),
        ("en;q=0.1, *;q=0.5", "fr"),
        ("en;q=0, *", "fr"),
        ("en;q=0", "fr"),
        ("fr;q=0", "en"),
        ("fr;q=2", "en"),
        (", ,fr", "fr"),
    ],
)
def test_the_language_that_the_header_weighs_most(header: str | None, language: Language) -> None:
    assert negotiate(header) == language


@given(st.text())
def test_no_header_is_too_odd(header: str) -> None:
    assert negotiate(header) in {"en", "fr"}


def test_a_text_is_read_in_the_language_asked_for() -> None:
    text = Text(en="Stop", fr="Arrêt")
    assert (pick(text, "en"), pick(text, "fr")) == ("Stop", "Arrêt")
