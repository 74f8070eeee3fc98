"""What earlier releases stored is lifted and never rewritten: at each point, lifted facts fold to the lifted state."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from typing import Any

import pytest

from shared.decider import Decider
from shared.errors import Defective
from shared.model import Json
from tests.support.samples.golden import deciders
from tests.support.samples.lives import LIVES
from tests.support.samples.stored_lives import BEFORE, as_stored, read

FIRST = "7c6c496"  # of which much is lifted
KEPT_SINCE = {"company_teams": "0.4.0"}
RELEASES = (FIRST, *sorted(path.name for path in BEFORE.iterdir() if path.name != FIRST))
LIFTED = [
    (name, sort, lifted)
    for name, decider in deciders().items()
    for sort, upcasters in (("facts", decider.fact_upcasters), ("states", decider.state_upcasters))
    for lifted in upcasters
]


def unlike_fold(life: Json, decider: Decider[Any, Any, Any]) -> Iterator[str]:
    """Where the states of a life are not what its facts come to."""
    facts = [decider.fact(fact) for fact in life["facts"]]
    folded = list(accumulate(facts, decider.evolve, initial=decider.state(life.get("start"))))
    for stored in life["states"]:
        if decider.state(stored["state"]) != folded[stored["facts"]]:
            yield f"{life['collection']} after {stored['facts']} facts: {life['facts'][stored['facts'] - 1 :][:1]}"


def later_than(release: str) -> set[str]:
    """The collections that came after a release."""
    return {name for name, since in KEPT_SINCE.items() if RELEASES.index(since) > RELEASES.index(release)}


@pytest.mark.parametrize("release", RELEASES)
def test_facts_that_are_lifted_and_folded_are_the_state_that_is_lifted(release: str) -> None:
    lives = read(release)
    as_stored = json.dumps(lives)
    assert {life["collection"] for life in lives} == {*deciders()} - later_than(release)
    assert [flaw for life in lives for flaw in unlike_fold(life, deciders()[life["collection"]])] == []
    assert json.dumps(lives) == as_stored


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.collection)
def test_so_are_those_that_this_code_stores(life: Any) -> None:
    assert [*unlike_fold(json.loads(json.dumps(as_stored(life))), deciders()[life.collection])] == []


def as_it_is(stored: Json) -> Json:
    return stored


def mistaken(decider: Decider[Any, Any, Any], sort: str, lifted: tuple[str, int]) -> Decider[Any, Any, Any]:
    """With one upcaster that lifts nothing."""
    if sort == "facts":
        return replace(decider, fact_upcasters={**decider.fact_upcasters, lifted: as_it_is})
    return replace(decider, state_upcasters={**decider.state_upcasters, lifted: as_it_is})


@pytest.mark.parametrize(("collection", "sort", "lifted"), LIFTED)
def test_an_upcaster_that_lifts_nothing_is_found(collection: str, sort: str, lifted: tuple[str, int]) -> None:
    decider = mistaken(deciders()[collection], sort, lifted)
    assert [flaw for life in read(FIRST) if life["collection"] == collection for flaw in flaws(life, decider)]


def flaws(life: Json, decider: Decider[Any, Any, Any]) -> list[str]:
    try:
        return [*unlike_fold(life, decider)]
    except Defective as unreadable:
        return [str(unreadable)]
