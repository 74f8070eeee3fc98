"""Death at every step: a store whose n-th call kills the process, before or after it took effect."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any


class Died(BaseException):
    """The process is gone; nobody catches this."""


@dataclass
class Fate:
    """Dies at one step of those to come; counts them."""

    at: int
    after: bool
    steps: int = 0
    died: bool = False

    def around(self, store: Any) -> Any:
        return _Mortal(store, self)


class _Mortal:
    """A store, every call of which is a step."""

    def __init__(self, store: Any, fate: Fate) -> None:
        self._store = store
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        return self._step(found) if callable(found) else found

    def _step(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def step(*args: Any, **changes: Any) -> Any:
            fate = self._fate
            fate.steps += 1
            if fate.steps == fate.at and not fate.after:
                fate.died = True
                raise Died
            outcome = await call(*args, **changes)
            if fate.steps == fate.at and fate.after:
                fate.died = True
                raise Died
            return outcome

        return step


async def every_death(life: Callable[[Fate], Awaitable[None]]) -> AsyncIterator[Fate]:
    """Lives a life again and again and dies before each step in turn, then after each, until no steps are left."""
    for after in (False, True):
        step = 0
        while True:
            step += 1
            fate = Fate(step, after)
            try:
                await life(fate)
            except Died:
                yield fate
            if not fate.died:
                break
