"""A demo's outcome, and whether it is as it should be. Words stand for ids, dates and seconds, which always differ."""

import re
from collections.abc import Mapping
from difflib import unified_diff
from json import dumps, loads
from pathlib import Path

from deploy.demo.partners import Told
from shared.model import Model

_PLACEHOLDERS = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<id>"),
    (re.compile(r"CAPIP[0-9A-Z]{12}"), "<pip>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "<moment>"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "<date>"),
    (re.compile(r'("seconds": )[0-9.]+'), r'\1"<seconds>"'),
)


class Application(Model):
    """One application: whose, how it ended, and its stages in order."""

    company: str
    status: str
    stages: tuple[str, ...]


class Record(Model):
    """One message as a partner got it; without a body it is the end of sharing."""

    key: str
    headers: dict[str, str]
    body: dict[str, object] | None


class Outcome(Model):
    """What `tt demo --json` writes."""

    applications: tuple[Application, ...]
    events: dict[str, int]
    partners: dict[str, tuple[Record, ...]]
    seconds: float

    def text(self) -> str:
        return dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def records(told: Mapping[str, list[Told]]) -> dict[str, tuple[Record, ...]]:
    return {
        code: tuple(Record(key=one.key, headers=one.headers, body=one.body) for one in messages)
        for code, messages in told.items()
    }


def differences(outcome: Outcome, expected: Path) -> list[str]:
    """The lines in which the outcome, without what is new every time, differs from what is kept in this file."""
    kept = dumps(loads(expected.read_text("utf-8")), indent=2, ensure_ascii=False, sort_keys=True)
    return list(unified_diff(kept.splitlines(), timeless(outcome).splitlines(), "expected", "this time", lineterm=""))


def timeless(outcome: Outcome) -> str:
    text = outcome.text()
    for pattern, word in _PLACEHOLDERS:
        text = pattern.sub(word, text)
    return text.rstrip("\n")
