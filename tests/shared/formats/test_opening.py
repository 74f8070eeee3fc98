"""A file is accepted if anybody can open it, if it is what its sender declares, and if nothing in it runs."""

from collections.abc import Iterable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.catalogue import load
from shared.formats import EXTENSIONS, Unopened
from shared.formats.opening import open_as
from tests.support.builders.broken_files import (
    BROKEN,
    LINK,
    TEMPLATE,
    attaching,
    by_extension,
    nested,
    protected,
    relation,
)
from tests.support.builders.uploads import DOCX, JPEG, PDF, PNG, TYPES, XLSX, office, pdf, png

TABLE = [
    pytest.param(media_type, content, code, id=f"{EXTENSIONS[media_type][0]} {fault}")
    for media_type, code in product(TYPES, BROKEN)
    for fault, content in BROKEN[code](media_type).items()
]


def verdict(media_type: str, content: bytes) -> str:
    """`opened`, or the code of the refusal."""
    try:
        open_as(media_type, content)
    except Unopened as unopened:
        return unopened.code
    return "opened"


def uncovered(media_types: Iterable[str]) -> set[str]:
    """The types of which the table has no row for each kind of fault that a file of any type can have."""
    rows = {(row.values[0], row.values[2]) for row in TABLE}
    any_type = {"type_not_allowed", "file_damaged", "file_empty", "file_too_complex"}
    return {media_type for media_type in media_types if any((media_type, code) not in rows for code in any_type)}


@pytest.mark.parametrize(("media_type", "content", "code"), TABLE)
def test_no_broken_file_is_opened(media_type: str, content: bytes, code: str) -> None:
    assert verdict(media_type, content) == code


def test_the_table_covers_every_accepted_type() -> None:
    """A type that is added to the catalogue alone is noticed, as image/webp is here."""
    accepted = load().documents.media_types
    assert set(accepted) == set(EXTENSIONS) == set(TYPES)
    assert uncovered(accepted) == set()
    assert uncovered([*accepted, "image/webp"]) == {"image/webp"}
    assert len(TABLE) == 143


# --- what may be in a file ------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", TYPES)
def test_a_sound_file_is_opened(media_type: str) -> None:
    assert verdict(media_type, TYPES[media_type]) == "opened"


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        (PDF, protected("")),
        (PDF, protected("", "RC4-128")),
        (PDF, pdf(catalog=b"/OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>>")),
        (PDF, attaching("measures.csv")),
        (PDF, pdf() + b"\n" * 3_000),
        (PDF, pdf(contents=b"", page=b"/Annots [<</Subtype /Widget /T (field)>>]")),
        (JPEG, TYPES[JPEG] + b"a film, as telephones append it"),
        (PNG, png(3_000, 3_000)),
        (DOCX, nested(DOCX, 2)),
        (DOCX, office(DOCX, parts={"word/_rels/a.rels": relation(TEMPLATE, "file:///C:/Templates/letter.dotx")})),
        (DOCX, by_extension(DOCX)),
        (DOCX, office(DOCX, parts={"word/_rels/a.rels": relation(LINK, "https://example.com")})),
        (XLSX, office(XLSX, parts={"xl/printerSettings/printerSettings1.bin": b"\0P\0r\0i\0n\0t"})),
    ],
    ids=[
        "only changes are protected",
        "so, of old",
        "a form with a script, which readers confine",
        "a table attached",
        "lines after the end",
        "nothing but a form",
        "a moving picture",
        "nine million pixels",
        "a sheet in a letter",
        "the company's own template",
        "a main part typed by its extension",
        "a link",
        "settings of a printer",
    ],
)
def test_what_is_no_fault(media_type: str, content: bytes) -> None:
    assert verdict(media_type, content) == "opened"


@given(st.sampled_from(sorted(TYPES)), st.data())
def test_a_file_that_is_cut_off_anywhere_is_not_opened(media_type: str, data: st.DataObject) -> None:
    content = TYPES[media_type]
    end = content.rfind(b"%%EOF") if media_type == PDF else len(content) - 1
    assert verdict(media_type, content[: data.draw(st.integers(0, end))]) != "opened"


@given(st.sampled_from(sorted(TYPES)), st.binary(max_size=2_000), st.data())
def test_no_bytes_are_more_than_refused(media_type: str, noise: bytes, data: st.DataObject) -> None:
    content = TYPES[media_type]
    at = data.draw(st.integers(0, len(content)))
    verdict(media_type, content[:at] + noise)
    verdict(media_type, content[:at] + noise + content[at + len(noise) :])
