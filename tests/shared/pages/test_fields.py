"""From the body of a command to the fields of a form and back: for every command of every service."""

from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model import Model
from shared.pages.fields import Given, body_of, fields_of, validated
from shared.pages.forms import read_form
from shared.programme.forms import Form
from shared.programme.forms.addresses import AddressForm
from tests.support.builders.bodies import bodies, body, read_as

BODIES = bodies()
KINDS = {kind.__name__: kind for kind in BODIES.values()}


def sent_over(fields: Given) -> Given:
    """The same fields as a browser sends them."""
    lines = [(name, value.replace("\n", "\r\n")) for name, values in fields.items() for value in values]
    return read_form(urlencode(lines))


def test_every_command_with_a_body_is_found() -> None:
    assert len(BODIES) >= 30
    assert {"intake upload_document", "intake answer_question", "review judge_answer"} <= BODIES.keys()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
@settings(max_examples=15)
@given(data=st.data())
def test_from_body_to_fields_and_back_is_the_identity(kind: type[Model], data: st.DataObject) -> None:
    sent = data.draw(body(kind))
    assert validated(sent_over(fields_of(sent)), kind, read_as(sent)) == sent


class Part(Form):
    name: str
    known: bool = False


class Whole(Form):
    """What no command has yet, or not all at once."""

    parts: tuple[Part, ...] = ()
    marks: tuple[str, ...] = ("kept",)
    part: Part | None = None
    place: AddressForm | None = None
    many: int | None = None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {}),
        ({"marks": ("",)}, {"marks": []}),
        ({"marks": ("", "a", " ", "b")}, {"marks": ["a", "b"]}),
        ({"parts": ("",)}, {"parts": []}),
        (
            {"parts.10.name": ("z",), "parts.9.name": ("y",), "parts.3.name": (" ",)},
            {"parts": [{"name": "y"}, {"name": "z"}]},
        ),
        ({"part.name": ("",)}, {}),
        ({"part.name": ("a",), "part.known": ("false", "true")}, {"part": {"name": "a", "known": True}}),
        ({"place.city": ("",), "place.lines": ("", "")}, {}),
        ({"many": (" 10\u00a0000 ",)}, {"many": 10_000}),
        ({"many": ("--5",)}, {"many": "--5"}),
        ({"many": ("9" * 5_000,)}, {"many": "9" * 5_000}),
        ({"many": ("٣",)}, {"many": "٣"}),
        ({"unknown": ("a",), "form-key": ("k",)}, {}),
    ],
)
def test_what_fields_make(fields: Given, expected: dict[str, object]) -> None:
    assert body_of(fields, Whole) == expected


def test_what_is_needed_is_there_to_be_found_missing_part_by_part() -> None:
    class Needing(Form):
        place: AddressForm

    assert body_of({}, Needing) == {"place": {}}
