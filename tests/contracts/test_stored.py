from typing import Any

import pytest

from shared.decider import Decider
from tests.contracts.samples import as_then, collection_of, deciders, expected, names, read

FACTS, STATES = names("facts"), names("states")
FOLDS = [(fact, state) for fact in FACTS for state in STATES if collection_of(fact) == collection_of(state)]


def decider_of(name: str) -> Decider[Any, Any, Any]:
    return deciders()[collection_of(name)]


def test_there_is_a_sample_of_every_message_fact_and_state() -> None:
    missing = expected() - {*names("contracts"), *FACTS, *STATES}
    assert missing == set(), "write them with: python -m tests.contracts.write_missing"


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
    assert as_then(stored, sample) == sample or stored.get("v", 1) > sample.get("v", 1)
    assert decider.due(state) == decider.due(decider.state(stored))
