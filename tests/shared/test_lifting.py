"""What an earlier version stored or published is lifted once per version, in order; mistakes in that are found."""

from collections.abc import Callable
from typing import ClassVar

import pytest
from pydantic import ValidationError

from shared import decider
from shared.contracts.event import Event
from shared.contracts.intake import ApplicationWithdrawn
from shared.errors import VersionNewer
from shared.model import Json
from tests.support.builders.toys import COMPANY, NOON
from tests.support.mistakes import Change, Mistake

Rule = Callable[[], None]
BROKEN = (AssertionError, LookupError, ValidationError, VersionNewer, pytest.fail.Exception)


class WithdrawnWithReason(ApplicationWithdrawn):
    """A message in its third version."""

    VERSION = 3
    UPCASTERS: ClassVar = {
        1: lambda body: {**body, "who": "Ann"},
        2: lambda body: {**body, "why": body["who"] + " asked"},
    }

    who: str
    why: str


BODY = ApplicationWithdrawn(
    company_id=COMPANY, application_id=COMPANY, submission=1, withdrawn_at=NOON
).model_dump_json()


def what_is_stored_is_lifted_once_a_step() -> None:
    """And stays as it is stored."""
    steps: list[int] = []

    def lifting(version: int) -> Callable[[Json], Json]:
        def lifted(state: Json) -> Json:
            steps.append(version)
            assert len(steps) < 9, "it never ends"
            return {**state, "colour": version + 1}

        return lifted

    stored, upcasters = {"status": "open", "colour": 1}, {("open", version): lifting(version) for version in (1, 2, 3)}

    assert decider.lift(stored, "status", {"open": 4}, upcasters) == {"status": "open", "colour": 4, "v": 4}
    assert (steps, stored) == ([1, 2, 3], {"status": "open", "colour": 1})


def a_message_of_before_is_lifted() -> None:
    assert WithdrawnWithReason.read(BODY, 1).why == "Ann asked"
    assert WithdrawnWithReason.read(BODY[:-1] + ',"who":"Bob"}', 2).why == "Bob asked"
    assert WithdrawnWithReason.read(BODY[:-1] + ',"who":"Bob","why":"it rained"}', 3).why == "it rained"


def a_later_one_is_not_read() -> None:
    with pytest.raises(VersionNewer):
        WithdrawnWithReason.read(BODY, 4)
    for later in ({"status": "open", "v": 3}, {"status": "ajar"}):
        with pytest.raises(VersionNewer):
            decider.lift(later, "status", {"open": 2}, {})


FOR_KNOWN = "version > newest.get(tag, 1)"
RULES: dict[Rule, dict[str, tuple[Change, ...]]] = {
    what_is_stored_is_lifted_once_a_step: {
        "it is lifted again and again": ((decider, "lift", '"v": version + 1', '"v": version'),),
        "a step is left out": ((decider, "lift", '"v": version + 1', '"v": version + 2'),),
        "what is stored is changed": ((decider, "lift", "stored = {**upcasters", "stored |= {**upcasters"),),
    },
    a_message_of_before_is_lifted: {
        "a step is left out": ((Event, "read", "range(version, cls.VERSION)", "range(version + 1, cls.VERSION)"),),
    },
    a_later_one_is_not_read: {
        "a later message is read as far as it is known": (
            (Event, "read", "if version > cls.VERSION:", "if version > cls.VERSION + 1:"),
        ),
        "an unknown word is taken for a known one": (
            (decider, "lift", "tag not in newest or version > newest[tag]", FOR_KNOWN),
        ),
    },
}
MISTAKES = [
    pytest.param(rule, Mistake(name, rule.__name__, made), id=name)
    for rule, each in RULES.items()
    for name, made in each.items()
]


@pytest.mark.parametrize("rule", RULES)
def test_what_is_of_another_version_is_read_so(rule: Rule) -> None:
    rule()


@pytest.mark.parametrize(("rule", "mistake"), MISTAKES)
def test_whoever_breaks_a_rule_is_found(rule: Rule, mistake: Mistake) -> None:
    with mistake.made(), pytest.raises(BROKEN):
        rule()
