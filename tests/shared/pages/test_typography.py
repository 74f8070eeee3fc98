"""Days, times, numbers and shares read as the Unicode locale data for English and French in Canada have them."""

from datetime import UTC, date, datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.i18n import Language
from shared.pages.typography import ONTARIO, day, number, percent, size, time

dates = pytest.importorskip("babel.dates", reason="not run: no Babel; make setup installs it")
numbers = pytest.importorskip("babel.numbers", reason="not run: no Babel; make setup installs it")

LOCALES: dict[Language, str] = {"en": "en_CA", "fr": "fr_CA"}
LANGUAGES = st.sampled_from(list(LOCALES))
MOMENTS = st.integers(946_684_800, 2_840_140_800).map(partial(datetime.fromtimestamp, tz=UTC))


def plain(text: str) -> str:
    """With every kind of space alike."""
    return "".join(" " if sign.isspace() else sign for sign in text)


@given(LANGUAGES, st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_day(language: Language, on: date) -> None:
    expected = plain(dates.format_date(on, "long", LOCALES[language]))
    first = expected.replace("1 ", "1er ", 1) if language == "fr" and on.day == 1 else expected
    assert plain(day(on, language)) == first


@given(LANGUAGES, MOMENTS)
def test_a_moment_has_its_day_and_time_in_ontario(language: Language, at: datetime) -> None:
    expected = plain(dates.format_time(at, "short", tzinfo=ONTARIO, locale=LOCALES[language]))
    assert plain(time(at, language)) == expected.removeprefix("0" if expected[1].isdigit() else "")
    assert day(at, language) == day(at.astimezone(ONTARIO).date(), language)


@given(LANGUAGES, st.integers(0, 10**9))
def test_a_number(language: Language, value: int) -> None:
    assert plain(number(value, language)) == plain(numbers.format_decimal(value, locale=LOCALES[language]))


@given(LANGUAGES, st.integers(0, 100))
def test_a_share(language: Language, value: int) -> None:
    assert plain(percent(value, language)) == plain(numbers.format_percent(value / 100, locale=LOCALES[language]))


@pytest.mark.parametrize(
    ("size_bytes", "english", "french"),
    [
        (0, "1 KB", "1 ko"),
        (1_499, "1 KB", "1 ko"),
        (312_000, "312 KB", "312 ko"),
        (1_000_000, "1 MB", "1 Mo"),
        (2_449_000, "2.4 MB", "2,4 Mo"),
        (25_000_000, "25 MB", "25 Mo"),
    ],
)
def test_the_size_of_a_file(size_bytes: int, english: str, french: str) -> None:
    assert (plain(size(size_bytes, "en")), plain(size(size_bytes, "fr"))) == (english, french)
