"""Every order in which several publishers' messages can be consumed; each keeps its own order (programme 1.6)."""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

M = TypeVar("M")


def interleavings(*publishers: Sequence[M]) -> st.SearchStrategy[tuple[M, ...]]:
    turns = [turn for turn, messages in enumerate(publishers) for _ in messages]
    return st.permutations(turns).map(lambda order: _in_turn(order, publishers))


def _in_turn(order: Sequence[int], publishers: Sequence[Sequence[M]]) -> tuple[M, ...]:
    turns = [iter(messages) for messages in publishers]
    return tuple(next(turns[turn]) for turn in order)
