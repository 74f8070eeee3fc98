import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from deploy.cli.contracts import PROMISED, app, breaks, check, freeze, promised, published
from shared.model import Json
from tests.support.samples.golden import names, read

KIND = "pip.SecurityProfileReviewed.v1"
PARTNERS = "pip.MemberShared.v1"


def changed(change: Callable[[Json], Any], kind: str = KIND) -> list[str]:
    """What breaks when the schema of a message changes so."""
    new = json.loads(json.dumps(published()[kind]))
    change(new)
    return list(breaks(published()[kind], new))


def was(home: Path, change: Callable[[Json], Any]) -> None:
    """Makes a promise of before differ from what is published now."""
    path = home / f"{KIND}.schema.json"
    schema = json.loads(path.read_text())
    change(schema)
    path.write_text(json.dumps(schema))


def fields(schema: Json, name: str | None = None) -> Json:
    """The fields of the message, or of a value in it."""
    found: Json = (schema["$defs"][name] if name else schema)["properties"]
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """What is published now, promised."""
    freeze(tmp_path)
    return tmp_path


def test_what_services_publish_is_what_was_promised() -> None:
    assert check() == []
    assert published().items() <= promised(PROMISED).items(), "write what has gained something: tt contracts freeze"


@pytest.mark.parametrize("name", names("contracts"))
def test_a_sample_keeps_its_promise(name: str) -> None:
    schema = promised(PROMISED)[Path(name).stem]
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(read(name)["value"])


BREAKING: dict[str, tuple[Callable[[Json], Any], str]] = {
    "removed": (lambda new: fields(new).pop("outcome"), "field outcome is gone"),
    "removed in a list": (lambda new: fields(new, "Judgement").pop("advice"), "field judgements.advice is gone"),
    "renamed": (lambda new: fields(new).update(ended_at=fields(new).pop("concluded_at")), "field concluded_at is gone"),
    "another type": (
        lambda new: fields(new)["submission"].update(type="string"),
        'type of submission was "integer" and is "string"',
    ),
    "a day for a moment": (lambda new: fields(new)["concluded_at"].update(format="date"), "format of concluded_at"),
    "nothing for something": (
        lambda new: fields(new).update(outcome={"anyOf": [fields(new)["outcome"], {"type": "null"}]}),
        "anyOf of outcome was null",
    ),
    "another in a list": (lambda new: fields(new)["judgements"].update(items={"type": "string"}), "judgements"),
    "required and new": (
        lambda new: (fields(new).update(by={"type": "string"}), new["required"].append("by")),
        "field by must be there",
    ),
    "required by now": (
        lambda new: new["$defs"]["Judgement"]["required"].append("advice"),
        "field judgements.advice must be there",
    ),
    "a word more": (lambda new: fields(new)["outcome"]["enum"].append("unclear"), "enum of outcome"),
    "a word less": (lambda new: fields(new, "Judgement")["verdict"]["enum"].pop(), "enum of judgements.verdict"),
    "a longer text": (
        lambda new: fields(new, "Judgement")["advice"]["anyOf"][0].update(maxLength=5000),
        "maxLength of judgements.advice",
    ),
    "a bound gone": (lambda new: fields(new)["submission"].pop("minimum"), "minimum of submission was 1 and is null"),
    "another pattern": (
        lambda new: fields(new, "Judgement")["requirement_id"].update(pattern="^x"),
        "pattern of judgements.requirement_id",
    ),
    "another meaning of absence": (
        lambda new: fields(new, "Judgement")["advice"].update(default="none"),
        "default of judgements.advice",
    ),
    "another topic": (
        lambda new: new.update({"x-topic": "pip.risk"}),
        'x-topic of the message was "pip.review" and is "pip.risk"',
    ),
    "another source": (lambda new: new.update({"x-source": "/risk/cases"}), "x-source of the message"),
}


@pytest.mark.parametrize(("change", "finding"), BREAKING.values(), ids=BREAKING)
def test_a_change_that_breaks_a_reader_is_refused(change: Callable[[Json], Any], finding: str) -> None:
    assert finding in "\n".join(changed(change))


HARMLESS: dict[str, Callable[[Json], Any]] = {
    "nothing": lambda _: None,
    "a field that may be absent": lambda new: fields(new).update(by={"type": "string", "default": ""}),
    "the same in a list": lambda new: fields(new, "Judgement").update(
        by={"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
    ),
    "what was required may be absent": lambda new: (
        new["required"].remove("outcome"),
        fields(new)["outcome"].update(default="meets"),
    ),
    "other remarks": lambda new: (new.update(title="T", description="D"), fields(new)["outcome"].update(title="U")),
    "words in another order": lambda new: fields(new)["outcome"]["enum"].reverse(),
    "fields in another order": lambda new: new.update(properties=dict(reversed(fields(new).items()))),
    "a value by another name": lambda new: (
        new["$defs"].update(Verdict=new["$defs"].pop("Judgement")),
        fields(new)["judgements"].update(items={"$ref": "#/$defs/Verdict"}),
    ),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_a_change_that_breaks_no_reader_is_taken(change: Callable[[Json], Any]) -> None:
    assert changed(change) == []


@pytest.mark.parametrize("value", [None, "Address"])
def test_nothing_is_added_to_what_partners_get(value: str | None) -> None:
    (fault,) = changed(lambda new: fields(new, value).update(phone={"type": "string", "default": ""}), PARTNERS)
    assert "phone is added to a closed list" in fault


def test_a_fault_names_what_to_do(home: Path) -> None:
    was(home, lambda old: fields(old).update(gone={"type": "string"}))
    (fault,) = check(home)
    assert fault == (
        f"{KIND}: field gone is gone. "
        f"Undo it, or leave {KIND} as it is and publish pip.SecurityProfileReviewed.v2 beside it."
    )


def test_a_message_that_nobody_promised_is_refused(home: Path) -> None:
    (home / f"{KIND}.schema.json").unlink()
    assert check(home) == [f"{KIND} is promised nowhere. Write its schema: `tt contracts freeze`."]


def test_a_message_that_is_no_longer_published_is_refused(home: Path) -> None:
    (home / "pip.CaseClosed.v1.schema.json").write_text("{}")
    (fault,) = check(home)
    assert fault.startswith("pip.CaseClosed.v1 is no longer published")


def test_a_lower_version_than_promised_is_refused(home: Path) -> None:
    (home / "pip.SecurityProfileReviewed.v2.schema.json").write_text("{}")
    (fault,) = check(home)
    assert fault.startswith("pip.SecurityProfileReviewed.v2 is no longer published")


def test_a_newer_version_stands_beside_the_old(home: Path) -> None:
    (home / "pip.SiteValidated.v0.schema.json").write_text("{}")
    assert check(home) == []


def test_a_promise_gains_but_never_changes(home: Path) -> None:
    was(home, lambda old: fields(old).pop("documents") and old["required"].remove("documents"))
    assert freeze(home) == []
    was(home, lambda old: old.update(published()[KIND], title="Before"))
    assert freeze(home) == [KIND]
    assert promised(home) == published()


def test_the_command_prints_faults_and_fails(home: Path) -> None:
    checking = ["check", "--base", str(home)]
    assert CliRunner().invoke(app, checking).stdout == f"all {len(published())} messages are as promised\n"
    was(home, lambda old: fields(old).update(gone={"type": "string"}))
    assert "field gone is gone" in str(CliRunner().invoke(app, checking).exception)


def test_the_command_writes_what_is_new(home: Path) -> None:
    (home / f"{KIND}.schema.json").unlink()
    assert CliRunner().invoke(app, ["freeze", "--base", str(home)]).stdout == f"{KIND}\n"
    assert promised(home) == published()
