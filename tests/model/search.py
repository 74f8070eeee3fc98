"""A model of a consumer that would plan a batch while the one before it is written: every state, breadth first.

Three publishers write to two documents, over two partitions; two members of the group read these, park what cannot be
handled, and hold a partition whose document is full. Anything may happen between any two steps: a crash, a rebalance,
a command to the same document. `Departures` are the mistakes that the rules of the overlap exclude.
"""

from typing import NamedTuple

from tests.model.states import Bounds, Departures, State
from tests.model.steps import Model

MOST_STATES = 2_000_000


class Verdict(NamedTuple):
    """What a search has found: a broken promise or none, in how many states, and the steps that lead there."""

    breaks: str | None
    states: int
    path: tuple[str, ...] = ()


def searched(bounds: Bounds, departures: Departures | None = None) -> Verdict:
    """Goes through every state, breadth first: none breaks a promise, and from each the end can be reached."""
    model = Model(bounds, departures or Departures())
    numbers: dict[State, int] = {model.start(): 0}
    states, origins = list(numbers), [(0, "")]
    before: list[list[int]] = [[]]
    ends: list[int] = []
    for number, state in enumerate(states):  # it grows meanwhile
        if broken := model.broken(state):
            return Verdict(broken, len(states), _path(origins, number))
        if len(states) > MOST_STATES:
            return Verdict("TOO MANY STATES", len(states))
        if model.done(state):
            ends.append(number)
        for label, following in model.steps(state):
            known = numbers.setdefault(following, len(states))
            if known == len(states):
                states.append(following)
                origins.append((number, label))
                before.append([])
            before[known].append(number)
    stranded = _stranded(before, ends)
    return Verdict("DEAD END" if stranded else None, len(states), _path(origins, stranded) if stranded else ())


def _stranded(before: list[list[int]], ends: list[int]) -> int | None:
    """The first state from which no end can be reached."""
    alive, todo = set(ends), list(ends)
    for number in todo:
        todo += (fresh := [earlier for earlier in before[number] if earlier not in alive])
        alive.update(fresh)
    return next((number for number in range(len(before)) if number not in alive), None)


def _path(origins: list[tuple[int, str]], number: int) -> tuple[str, ...]:
    labels: list[str] = []
    while number:
        number, label = origins[number]
        labels.append(label)
    return tuple(reversed(labels))
