"""Exponential backoff with jitter, so that those that failed together do not try again together."""

import asyncio
from random import uniform


class Backoff:
    """Pauses that double from `first` to `most` seconds."""

    def __init__(self, first: float = 0.05, most: float = 5.0) -> None:
        self._first = first
        self._most = most
        self._failures = 0

    def fail(self) -> float:
        """Counts a failure; how many seconds to wait after it."""
        seconds = min(self._most, self._first * 2.0**self._failures) * uniform(0.5, 1.0)  # noqa: S311 - jitter is no secret
        self._failures = min(self._failures + 1, 30)
        return seconds

    def reset(self) -> None:
        """The next failure counts as the first."""
        self._failures = 0

    async def sleep(self) -> None:
        """Counts a failure and waits."""
        await asyncio.sleep(self.fail())
