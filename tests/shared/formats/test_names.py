"""A file is kept under a name that every system can keep, and that ends in the extension of its type."""

from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats import EXTENSIONS
from shared.formats.names import content_disposition, fits, kept_name, type_named
from tests.support.builders.uploads import DOCX, JPEG, PDF

SAFE = [
    "plan.pdf",
    "Énoncé d\u2019appui, signé (2).PDF",
    "ᐃᓄᒃᑎᑐᑦ.pdf",
    "\u0646\u0627\u0645\u0647\u200c\u0647\u0627.pdf",
    "plan.v2.final.pdf",
    "a'b & c;d.pdf",
    "é" * 125 + ".pdf",
    "-rf.pdf",
]
UNSAFE = {
    "nothing before the extension": ".pdf",
    "only dots": "...pdf",
    "a reserved name": "CON.pdf",
    "a reserved name, in small": "lpt1.tar.pdf",
    "a reserved name and a space": "con .pdf",
    "a console": "CONIN$.pdf",
    "a path": "a/b.pdf",
    "a path of Windows": "a\\b.pdf",
    "a drive": "c:b.pdf",
    "another stream": "a.pdf:b.pdf",
    "a wildcard": "a?.pdf",
    "a quotation mark": 'a".pdf',
    "a pipe": "a|b.pdf",
    "a tab": "a\tb.pdf",
    "NUL": "a\0.pdf",
    "a new line": "a\r\nb.pdf",
    "right to left": "a\u202efdp.exe.pdf",
    "an isolate": "a\u2066b.pdf",
    "invisible": "a\u200b.pdf",
    "a byte order mark": "\ufeffa.pdf",
    "half a sign": "a\ud800.pdf",
    "private use": "a\ue000.pdf",
    "a trailing dot": "a.pdf.",
    "a trailing space": "a.pdf ",
    "256 bytes": "é" * 126 + ".pdf",
}


@pytest.mark.parametrize("name", SAFE)
def test_a_name_of_any_script(name: str) -> None:
    assert kept_name(name) == name
    assert fits(name, PDF)


@pytest.mark.parametrize("name", UNSAFE.values(), ids=UNSAFE)
def test_a_name_that_some_system_cannot_keep(name: str) -> None:
    assert kept_name(name) is None


def test_a_name_is_kept_composed() -> None:
    assert kept_name("E\u0301tat.pdf") == "\u00c9tat.pdf"


@pytest.mark.parametrize("media_type", EXTENSIONS)
def test_each_type_has_its_extensions_and_no_other(media_type: str) -> None:
    named = {extension for known in EXTENSIONS.values() for extension in known if fits(f"a{extension}", media_type)}
    assert named == set(EXTENSIONS[media_type])
    assert {type_named(f"a{extension.upper()}") for extension in EXTENSIONS[media_type]} == {media_type}
    assert not any(fits(f"a{EXTENSIONS[media_type][0]}{other}", media_type) for other in (".exe", ".hta", ".", " "))


@pytest.mark.parametrize(
    ("name", "media_type", "plain", "whole"),
    [
        ("plan.pdf", PDF, "plan.pdf", "plan.pdf"),
        ("Énoncé.pdf", PDF, "Enonce.pdf", "Énoncé.pdf"),
        ("ᐃᓄᒃ.docx", DOCX, "document.docx", "ᐃᓄᒃ.docx"),
        ("photo.JPEG", JPEG, "photo.JPEG", "photo.JPEG"),
        ("site-plan.hta", PDF, "site-plan.hta.pdf", "site-plan.hta.pdf"),
        ("plan", PDF, "plan.pdf", "plan.pdf"),
        ("../../plan.pdf", PDF, "plan.pdf", "_.._plan.pdf"),
        ("con .pdf", PDF, "_con.pdf", "_con.pdf"),
    ],
)
def test_how_a_download_is_named(name: str, media_type: str, plain: str, whole: str) -> None:
    """Names of before, too, which nobody has checked."""
    assert read(content_disposition(name, media_type)) == (plain, whole)


@given(st.text(max_size=300), st.sampled_from(sorted(EXTENSIONS)))
def test_every_download_is_named_safely(name: str, media_type: str) -> None:
    plain, whole = read(content_disposition(name, media_type))
    assert kept_name(plain) == plain
    assert plain.isascii()
    assert kept_name(whole) is not None
    assert fits(plain, media_type)
    assert fits(whole, media_type)


def read(header: str) -> tuple[str, str]:
    """The plain name and the whole one, as a client reads them."""
    plain = header.split('"')[1]
    message = Message()
    message["Content-Disposition"] = "attachment; filename*=" + header.split("filename*=")[1]
    return plain, message.get_filename() or ""
