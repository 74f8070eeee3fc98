"""Rate limit against enumerating business numbers: a caller who is refused too often with one code has to wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from shared.errors import Refused

log = structlog.get_logger()


class Attempts:
    """Counts the recent attempts of each caller that were refused with one code; each process counts for itself."""

    MOST = 5
    WITHIN = timedelta(hours=24)

    def __init__(self, code: str) -> None:
        self._code = code
        self._recent: list[tuple[str, datetime]] = []

    @contextmanager
    def counted(self, subject: str, at: datetime) -> Iterator[None]:
        """Counts while it lasts, and longer if it is refused with the code. Raises Refused("too_many_attempts")."""
        self._recent = [attempt for attempt in self._recent if attempt[1] > at - self.WITHIN]
        if sum(caller == subject for caller, _ in self._recent) >= self.MOST:
            log.warning("too_many_attempts", code=self._code, subject=subject)
            raise Refused("too_many_attempts")
        self._recent.append((subject, at))
        counts = False
        try:
            yield
        except Refused as refused:
            counts = refused.code == self._code
            raise
        finally:
            if not counts:
                self._recent.remove((subject, at))
