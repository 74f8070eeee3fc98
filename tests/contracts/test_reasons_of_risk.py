"""Why a risk was assessed so stays in risk: score, rules and reason are neither published nor shown by another service.

Version 1 of RiskAssessed carried them, and others stored them; what is read of it has none of them any more.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.bus.messages import received
from shared.contracts.risk import REASONS_1
from shared.model import Json
from tests.support.built import app_of, subscriptions_of
from tests.support.samples.golden import collection_of, deciders, events, names, read, record
from tests.support.source import SERVICES

HANDLED_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
OTHERS = tuple(service for service in SERVICES if service != "risk")
WHY = {"score", "points", "rules", "rule_id"}
MARKED = "why the risk was assessed so"
STORED = [
    (folder, name)
    for folder in ("facts", "states")
    for name in names(folder)
    if collection_of(name) != "assessments" and "risk" in json.dumps(read(name))
]


def named(part: Any) -> Iterator[str]:
    """Every field in a document or a schema, however deep."""
    if isinstance(part, dict):
        yield from part
        yield from (name for inner in part.values() for name in named(inner))
    elif isinstance(part, list):
        yield from (name for inner in part for name in named(inner))


def marked(part: Any) -> Any:
    """With a mark in whatever version 1 said of why; a score is marked by a number that nothing else has."""
    if isinstance(part, dict):
        return {name: _mark(name, value) for name, value in part.items()}
    return [marked(inner) for inner in part] if isinstance(part, list) else part


def _mark(name: str, value: Any) -> Any:
    if name == "risk" and isinstance(value, dict):
        return {**value, **{why: _marking(why) for why in REASONS_1 if why in value}}
    return marked(value)


def _marking(why: str) -> Any:
    if why == "rules":
        explanation = {"en": MARKED, "fr": MARKED}
        return [{"rule_id": "crown_debt", "points": 90_210, "explanation": explanation}]
    return 90_210 if why == "score" else MARKED


def explains(stored: Any) -> bool:
    text = json.dumps(stored, default=str)
    return MARKED in text or "90210" in text


@pytest.mark.parametrize("service", OTHERS)
def test_no_other_service_has_an_answer_with_them(service: str) -> None:
    assert WHY.isdisjoint(named(app_of(service).openapi()))


def test_no_message_has_them() -> None:
    assert [kind for kind, event in events().items() if not WHY.isdisjoint(named(event.model_json_schema()))] == []


@pytest.mark.parametrize(("sort", "name"), STORED)
def test_what_others_stored_of_them_is_not_read(sort: str, name: str) -> None:
    decider, sample = deciders()[collection_of(name)], marked(read(name))
    lifted: Json = (
        decider.facts.dump_python(decider.fact(sample), mode="json")
        if sort == "facts"
        else decider.states.dump_python(decider.state(sample), mode="json")
    )
    assert not explains(lifted)


def test_enough_stored_samples_have_them() -> None:
    assert len([name for _, name in STORED if explains(marked(read(name)))]) >= 8


@pytest.mark.parametrize("service", ["review", "site_validation"])
def test_what_others_consume_of_the_first_version_has_none_of_them(service: str) -> None:
    sample = read("contracts/pip.RiskAssessed.v1.json")
    value = marked({"risk": sample["value"]})["risk"]
    assert explains(value)
    taken = received(record({**sample, "value": value}), subscriptions_of(service), HANDLED_AT)
    assert taken
    [addressed] = taken.addressed
    assert not explains(addressed.command.model_dump(mode="json"))
