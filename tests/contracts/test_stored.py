from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any, Literal

import pytest
from pydantic import TypeAdapter

from shared.decider import AggregateState, Decider, Fact
from tests.support.builders.toys import tally
from tests.support.samples import manifest
from tests.support.samples.golden import HOME, as_then, collection_of, deciders, expected, names, read
from tests.support.samples.manifest import differing

TALLY: Decider[Any, Any, Any] = tally()
FACTS, STATES = names("facts"), names("states")
FOLDS = [(fact, state) for fact in FACTS for state in STATES if collection_of(fact) == collection_of(state)]


def decider_of(name: str) -> Decider[Any, Any, Any]:
    return deciders()[collection_of(name)]


def test_there_is_a_sample_of_every_message_fact_and_state() -> None:
    missing = expected() - {*names("contracts"), *FACTS, *STATES}
    assert missing == set(), "write them with: python -m tests.support.samples.write_missing"


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_is_read_and_still_journalled_so(name: str) -> None:
    decider, sample = decider_of(name), read(name)
    journalled = decider.facts.dump_python(decider.fact(sample), mode="json")
    assert as_then(journalled, sample) == sample or journalled["v"] > sample["v"]


@pytest.mark.parametrize(("fact", "state"), FOLDS)
def test_a_fact_folds_into_every_state(fact: str, state: str) -> None:
    decider = decider_of(fact)
    after = decider.evolve(decider.state(read(state)), decider.fact(read(fact)))
    assert decider.state(decider.states.dump_python(after, mode="json")) == after


@pytest.mark.parametrize("name", STATES)
def test_a_state_is_read_and_still_stored_so(name: str) -> None:
    decider, sample = decider_of(name), read(name)
    state = decider.state(sample)
    stored = decider.states.dump_python(state, mode="json")
    assert as_then(stored, sample) == sample or stored["v"] > sample.get("v", 1)
    assert decider.due(state) == decider.due(decider.state(stored))


def test_a_golden_sample_is_never_changed_and_never_gone() -> None:
    there = manifest.samples()
    assert differing(manifest.kept(), there) == [], (
        "a sample stays as it was; a new one: python -m tests.support.samples.write_missing"
    )
    assert [name for name in manifest.kept() if "/" in name and name not in there] == []


def test_what_is_stored_otherwise_than_before_has_a_new_version() -> None:
    unkept = differing(manifest.kept(), manifest.shapes())
    assert unkept == [], (
        "raise its `v` and write the upcaster to it; then: python -m tests.support.samples.write_missing"
    )


class FieldAdded(AggregateState):
    """A tally of which somebody has forgotten that it is stored."""

    number: int = 0
    padding: str = ""
    wake_at: str | None = None
    colour: str = "red"


class ReasonAdded(Fact):
    kind: Literal["announced"] = "announced"
    colour: Literal["red", "blue"] = "red"


class Reason(Fact):
    kind: Literal["announced"] = "announced"
    colour: Literal["red"] = "red"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(TALLY, replace(TALLY, states=TypeAdapter(FieldAdded)), id="a field more"),
        pytest.param(
            replace(TALLY, facts=TypeAdapter(Reason)), replace(TALLY, facts=TypeAdapter(ReasonAdded)), id="a word more"
        ),
    ],
)
def test_whoever_forgets_a_version_is_found(before: Decider[Any, Any, Any], after: Decider[Any, Any, Any]) -> None:
    assert len(differing(manifest.shapes({"toys": before}), manifest.shapes({"toys": after}))) == 1


@pytest.mark.parametrize("changed", [b"{}", b""])
def test_whoever_changes_a_sample_is_found(changed: bytes, tmp_path: Path) -> None:
    copytree(HOME, tmp_path, dirs_exist_ok=True)
    (tmp_path / FACTS[0]).write_bytes(changed)
    assert differing(manifest.kept(), manifest.samples(tmp_path)) == [FACTS[0]]


def test_every_version_but_the_newest_has_an_upcaster() -> None:
    for name, decider in deciders().items():
        for newest, upcasters in (
            (decider.newest_facts, decider.fact_upcasters),
            (decider.newest_states, decider.state_upcasters),
        ):
            assert {*upcasters} == {(kind, version) for kind, last in newest.items() for version in range(1, last)}, (
                name
            )
