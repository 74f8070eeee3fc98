"""The outcome of a demo, and how it differs from the expected one. Placeholders stand for ids, dates and seconds."""

import re
from collections.abc import Mapping
from difflib import unified_diff
from json import dumps, loads
from pathlib import Path

from deploy.demo.partners import ReceivedMessage
from deploy.errors import Failed
from shared.model import Model

EXPECTED = Path(__file__).with_name("expected.json")
_PLACEHOLDERS = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<id>"),
    (re.compile(r"CAPIP[0-9A-Z]{12}"), "<pip>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "<moment>"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "<date>"),
    (re.compile(r'("seconds": )[0-9.]+'), r'\1"<seconds>"'),
)


class ApplicationOutcome(Model):
    """How one application ended, and its stages in order."""

    company: str
    status: str
    stages: tuple[str, ...]


class PartnerMessage(Model):
    """One message as a partner received it; without a body it ends the sharing."""

    key: str
    headers: dict[str, str]
    body: dict[str, object] | None


class DemoOutcome(Model):
    """What `tt demo --json` writes."""

    applications: tuple[ApplicationOutcome, ...]
    events: dict[str, int]
    partners: dict[str, tuple[PartnerMessage, ...]]
    seconds: float

    def text(self) -> str:
        return dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def partner_messages(received: Mapping[str, list[ReceivedMessage]]) -> dict[str, tuple[PartnerMessage, ...]]:
    return {code: tuple(PartnerMessage(**vars(message)) for message in messages) for code, messages in received.items()}


def must_be(outcome: DemoOutcome, expected: Path) -> None:
    """Raises Failed with the lines in which the outcome differs from this file, ids, dates and seconds apart."""
    kept = dumps(loads(expected.read_text("utf-8")), indent=2, ensure_ascii=False, sort_keys=True)
    lines = (kept.splitlines(), _with_placeholders(outcome).splitlines())
    if different := list(unified_diff(*lines, "expected", "this time", lineterm="")):
        raise Failed("\n".join(("the outcome is not what it should be:", *different)))


def _with_placeholders(outcome: DemoOutcome) -> str:
    text = outcome.text()
    for pattern, placeholder in _PLACEHOLDERS:
        text = pattern.sub(placeholder, text)
    return text.rstrip("\n")
