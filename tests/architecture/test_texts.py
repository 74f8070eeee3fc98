"""Every text that a person sends, in every body and query of every service, is held to programme 9.3."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any
from unicodedata import category, is_normalized, normalize

import pytest
from fastapi import FastAPI, Query
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.contracts.types import FreeText, Name
from shared.errors import RefusedWith
from shared.http.openapi import at_the_edge
from shared.model import Model
from shared.programme.forms import Form
from shared.programme.forms.texts import OneLine, Paragraphs
from tests.support.built import app_of, routes
from tests.support.fields import Field, everything_sent, sent_to
from tests.support.source import SERVICES

FEWEST = (91, 60)  # all texts, and those that people write freely: what is not found is not held
DECEIVING = ("\x00", "\x07", "\x1b", "\x7f", "\x85", "\u202a", "\u202e", "\u2066", "\u2069", "\ud800", "\udfff")
UNSEEN = ("", " ", "\t", "\u00a0", "\u200b", "\u2060\ufeff", "\u00ad", "\u200d", "\u200e", "\u3164", "\u2800", "\u0301")
NAMES = (
    "Nipigon Cartage Ltd.",
    "O’Neil & Fils / 12½ – n° 7 (Nord) “A+B” @home #1 50 % ©",  # noqa: RUF001 - every sign
    "ᐃᓄᒃᑎᑐᑦ ᓄᓇᕗᑦ",
    "Łódź Ōsaka Þingvellir Đà Nẵng",
    "Οδύσσεια Северный",
    "横浜倉庫株式会社 서울물류 山\U000e0100",
    "شركة می\u200cخواهم",  # noqa: RUF001 - every script
    "שלום\u200f בע״מ",
    "क्\u200dष नेपाल मर्\u200dयो",
    "บริษัท မြန်မာ ខ្មែរ",
    "Atelier 👩\u200d🔧 ☂\ufe0f",
)
CHARACTERS = st.characters() | st.sampled_from(
    "".join((*DECEIVING, *UNSEEN, *NAMES, "\r\n\u2028\u0308\ue000\uffff\u206a"))
)


def reads_text(field: Field) -> bool:
    """Whether a field takes a text: every string but ids, days and words of a list."""
    choices = field.reader.json_schema()
    return (
        choices.get("type") == "string"
        and not {"enum", "const"} & choices.keys()
        and choices.get("format") in {None, "email"}
    )


TEXTS = everything_sent(reads_text)
WRITTEN = [field for field in TEXTS if field.reader.json_schema().get("minLength") == 1]


def codes_of(field: Field) -> set[str]:
    """The codes with which the type of a field refuses."""
    return {code for mark in field.type.__metadata__ if isinstance(mark, RefusedWith) for code in mark.codes}


def read(field: Field, text: str) -> str | None:
    """What a field makes of a text; None if it is refused."""
    try:
        return str(field.reader.validate_python(text))
    except ValidationError:
        return None


def faults(field: Field) -> Iterator[str]:
    """How a field breaks the rules: by taking what deceives, or what nobody sees."""
    for sign in DECEIVING:
        if any(read(field, text) is not None for text in (sign, f"Acme{sign}", f"{sign}Acme", f"Ac{sign}me")):
            yield f"{field} takes {sign!r}"
    yield from (f"{field} takes {text!r}" for text in UNSEEN if read(field, text) is not None)
    if read(field, "Cafe\u0301 A\u200bB") not in {None, "Café AB"}:
        yield f"{field} keeps two spellings of what reads alike"
    if "\r" in (read(field, "a\r\nb") or ""):
        yield f"{field} keeps CR"


def test_every_text_of_every_service_is_held_to_the_rules() -> None:
    assert [fault for field in TEXTS for fault in faults(field)] == []
    assert (len(TEXTS), len(WRITTEN)) >= FEWEST


@pytest.mark.parametrize("name", NAMES)
def test_every_script_and_every_printable_sign_passes(name: str) -> None:
    room = [field for field in WRITTEN if (field.reader.json_schema().get("maxLength", 0)) >= len(name)]
    assert {read(field, name) for field in room} == {normalize("NFC", name)}


@settings(max_examples=1_000, deadline=None)
@given(text=st.text(CHARACTERS, max_size=30), read_=st.sampled_from(WRITTEN))
@example(text="\u034f\u0301", read_=WRITTEN[0])
def test_what_is_taken_is_visible_in_one_spelling_and_reads_the_same_again(text: str, read_: Field) -> None:
    kept = read(read_, text)
    if kept is not None:
        assert {category(sign) for sign in kept} & {"Cs", "Co", "Zl", "Zp"} == set()
        assert {sign for sign in kept if category(sign) == "Cc"} <= {"\n"}
        assert any(category(sign)[0] in "LNPS" for sign in kept)
        assert is_normalized("NFC", kept)
        assert kept == kept.strip() == read(read_, kept)


# --- the tests of the test ------------------------------------------------------------------------


class Forgotten(Form):
    """A form in which somebody names the stored types."""

    remark: FreeText | None = None
    names: tuple[Annotated[Name, "of a list"], ...] = ()
    title: OneLine = "Owner"
    reason: Paragraphs = "None."


def forgetful(endpoint: Callable[..., Any]) -> list[Field]:
    app = FastAPI(openapi_url=None)
    app.post("/forgotten")(endpoint)
    return list(sent_to(app))


def test_a_stored_type_in_a_form_is_found() -> None:
    async def forgotten(body: Forgotten) -> None: ...

    found = {fault.partition(" takes")[0] for field in forgetful(forgotten) for fault in faults(field)}
    assert {where.partition(" keeps")[0] for where in found} == {"forgotten body.remark", "forgotten body.names"}


def test_a_stored_type_in_a_query_is_found() -> None:
    class Forgetful(Model):
        place: Name

    async def forgotten(criteria: Annotated[Forgetful, Query()]) -> None: ...

    assert any(faults(field) for field in forgetful(forgotten))
    assert list(map(str, forgetful(forgotten))) == ["forgotten criteria.place"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_code_of_a_text_stands_in_the_document_of_its_endpoint(service: str) -> None:
    declared = {route.name: set(at_the_edge(route)) for route in routes(app_of(service)) if hasattr(route, "dependant")}
    texts = [field for field in sent_to(app_of(service)) if reads_text(field)]
    assert [field for field in texts if not codes_of(field) <= declared[field.where.partition(" ")[0]]] == []
    assert any(codes_of(field) for field in texts)


def test_whatever_is_written_freely_names_the_code_with_which_it_is_refused() -> None:
    assert [field for field in WRITTEN if not codes_of(field)] == []
