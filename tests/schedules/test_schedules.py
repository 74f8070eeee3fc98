"""Searches for a schedule in which the kernel loses, doubles or reorders something; each comes from one seed.

The idea in five lines, for thousands of schedules a minute:

1. The real kernel (inbox, relays, publishers, parking, replay, and the stores under them) runs in a dozen processes
   of one small world (`world.py`, `processes.py`); publishers publish numbers, which ledgers and a partner consume
   (`life.py`).
2. Only MongoDB's driver and Kafka's producer are stand-ins (`mongo.py`, `kafka.py`), and the loop of
   `shared/bus/consumer.py` is written anew (`consume` in `processes.py`): the bus itself is held on real Kafka, by
   `tests/shared/bus/test_consumer.py`.
3. What a process asks of them is an act, and the seed chooses which act comes next (`schedule.py`): between any two,
   another process may go on, stall, die, be refused, or never learn that it was obeyed.
4. When all has come to rest, every promise must hold (`promises.py`). A seed that breaks one prints its story.
5. Would it notice? The fourteen mistakes that the model of the protocol knows are made (`mistakes.py`), and some in
   what makes it faster; each breaks its promise.

To search for longer: `make faults`.
One seed again: `TT_SEED=3739 TT_SEARCH_SECONDS=0 pytest tests/schedules -k promise`.
"""

import os
import subprocess
from itertools import count
from time import monotonic

import pytest

from tests.schedules.mistakes import ALONGSIDE, MISTAKES, SHORTCUTS, UNANSWERED
from tests.schedules.search import first_found, found_in
from tests.support.mistakes import Mistake
from tests.support.source import ROOT

SEARCH_SECONDS = float(os.environ.get("TT_SEARCH_SECONDS", "6"))
ENOUGH = 3_000
RARE = {
    "an emptied queue is deleted though something was put into it": 650,
    "a redrive pops whatever is first": 250,
}  # mistakes that few schedules show, with the seed from which a search is not long


def first_seed() -> int:
    """The seed that was asked for; else one of this commit's own, or the first where this is no clone."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short=8", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return int(os.environ.get("TT_SEED") or int(commit.stdout or "0", 16))


@pytest.mark.timeout(SEARCH_SECONDS + 60)
def test_no_schedule_breaks_a_promise() -> None:
    first, began = first_seed(), monotonic()
    for seed in count(first):
        found = found_in(seed)
        assert not found, str(found)
        if (seconds := monotonic() - began) > SEARCH_SECONDS:
            break
    tried = seed - first + 1
    print(f"{tried:,} schedules from seed {first}, {tried / seconds * 60:,.0f} a minute")  # noqa: T201 - how far it came


@pytest.mark.parametrize("mistake", [*MISTAKES, *SHORTCUTS, UNANSWERED], ids=lambda mistake: mistake.name)
def test_a_mistake_is_found(mistake: Mistake) -> None:
    first = RARE.get(mistake.name, 0)
    with mistake.made():
        found = first_found(range(first, first + ENOUGH), mistake.breaks, replayed_beside=mistake is ALONGSIDE)

    assert found
    assert found_in(found.seed) is None


def test_a_seed_gives_the_same_schedule_again() -> None:
    mistake = MISTAKES[0]
    with mistake.made():
        first, again = (first_found(range(ENOUGH), mistake.breaks) for _ in range(2))
    assert str(first) == str(again)
