"""In every state that the model can reach, no promise is broken and the end can be reached; each mistake breaks one."""

import pytest

from tests.model.search import searched
from tests.model.states import Bounds, Departures

TWO_PARTITIONS = (((0, 1), (0, 2)), ((2, 1),))
WORLDS = {
    "races and a rebalance": Bounds(TWO_PARTITIONS, owners=(0, 1), rebalances=1, commands=1),
    "a crash": Bounds(TWO_PARTITIONS, crashes=1),
    "parking and a rebalance": Bounds((((0, 1), (1, 1), (0, 2)), ()), poison=(0, 1), rebalances=1),
    "parking": Bounds(TWO_PARTITIONS, poison=(0, 1), crashes=1),
    "holds": Bounds(TWO_PARTITIONS, full=0, rebalances=1, crashes=1),
}
MISTAKES = {
    "commits_all_that_was_fetched": ("a crash", "LOST"),
    "keeps_records_behind_a_hold": ("holds", "LOST"),
    "plans_behind_what_is_parked": ("parking", "CONSUMED"),
    "keeps_a_plan_after_a_lost_race": ("races and a rebalance", "LOST"),
    "writes_before_the_commit": ("races and a rebalance", "COMMANDS"),
}


@pytest.mark.parametrize("world", WORLDS)
def test_no_state_breaks_a_promise(world: str) -> None:
    verdict = searched(WORLDS[world])
    print(f"{world}: {verdict.states:,} states")  # noqa: T201 - how far it came
    assert verdict.breaks is None, "\n".join(verdict.path)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(mistake: str) -> None:
    world, promise = MISTAKES[mistake]
    verdict = searched(WORLDS[world], Departures(**{mistake: True}))
    assert verdict.breaks
    assert verdict.breaks.startswith(promise)


def test_every_departure_is_tried() -> None:
    assert set(MISTAKES) == set(vars(Departures()))
