"""Limits attempts: a caller who meets one refusal too often has to wait, so that nobody gathers what it betrays."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from shared.errors import Refused

log = structlog.get_logger()


class Attempts:
    """How often each caller has lately met the refusal with this code; each process counts for itself."""

    MOST = 5
    WITHIN = timedelta(hours=24)

    def __init__(self, code: str) -> None:
        self._code = code
        self._met: list[tuple[str, datetime]] = []

    @contextmanager
    def watched(self, subject: str, at: datetime) -> Iterator[None]:
        """One attempt, which counts while it lasts, and on if it is so refused. Raises Refused("too_many_attempts")."""
        self._met = [met for met in self._met if met[1] > at - self.WITHIN]
        if sum(who == subject for who, _ in self._met) >= self.MOST:
            log.warning("too_many_attempts", code=self._code, subject=subject)
            raise Refused("too_many_attempts")
        self._met.append((subject, at))
        so_refused = False
        try:
            yield
        except Refused as refused:
            so_refused = refused.code == self._code
            raise
        finally:
            if not so_refused:
                self._met.remove((subject, at))
