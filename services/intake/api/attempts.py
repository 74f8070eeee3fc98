"""Who tries business numbers to find registered firms, or registers any number of them, has to wait."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal
from uuid import uuid4

import structlog

from services.intake.views.company import TAKEN, Companies, acts_for
from shared.errors import Refused
from shared.model import Json
from shared.store.attempts import KEPT_FOR, Attempts

PENDING_FOR = timedelta(minutes=1)
TOO_MANY = ("too_many_attempts", "too_many_registrations")
log = structlog.get_logger()
Outcome = Literal["pending", "foreign", "registered"]


@dataclass(frozen=True)
class Limits:
    """How many numbers of other companies' a person may try in a day, and how many it may register."""

    foreign: int
    registered: int


@dataclass(frozen=True)
class Attempt:
    """One number that a person has tried, by the request that tried it first, and what came of it."""

    number: str
    request: str
    at: datetime
    outcome: Outcome = "pending"

    @property
    def over_at(self) -> datetime:
        """When it counts no longer; one without an outcome, because its process died, soon."""
        return self.at + (PENDING_FOR if self.outcome == "pending" else KEPT_FOR)


# --- the rules ------------------------------------------------------------------------------------


def begun(attempts: tuple[Attempt, ...], new: Attempt, limits: Limits) -> tuple[Attempt, ...]:
    """With a new attempt; a number that was tried already costs nothing. Raises Refused with one of TOO_MANY."""
    recent = tuple(attempt for attempt in attempts if attempt.over_at > new.at)
    if any(attempt.number == new.number for attempt in recent):
        return recent
    _keep_below(recent, {"foreign", "pending"}, limits.foreign, new.at, "too_many_attempts")
    _keep_below(recent, {"registered", "pending"}, limits.registered, new.at, "too_many_registrations")
    return (*recent, new)


def _keep_below(
    attempts: tuple[Attempt, ...], outcomes: Collection[Outcome], most: int, at: datetime, code: str
) -> None:
    counted = [attempt for attempt in attempts if attempt.outcome in outcomes]
    if len(counted) >= most:
        raise Refused(code, retry_after=min(attempt.over_at for attempt in counted) - at)


def ended(attempts: tuple[Attempt, ...], of: Attempt) -> tuple[Attempt, ...]:
    """With what came of an attempt; one that is still pending was refused for another reason, and counts no longer."""
    others = tuple(attempt for attempt in attempts if attempt.number != of.number)
    if of.outcome != "pending":
        return (*others, of)
    return tuple(attempt for attempt in attempts if attempt != of)


# --- at the edge ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class NumberAttempts:
    """The guard of business numbers: it counts in the database, for all processes and over restarts."""

    companies: Companies
    attempts: Attempts
    limits: Limits

    @asynccontextmanager
    async def trying(self, subject: str, number: str, at: datetime) -> AsyncIterator[None]:
        """Counts an attempt, and what comes of it. Raises Refused with one of TOO_MANY before anything is done."""
        attempt = Attempt(number, str(uuid4()), at)
        try:
            await self._change(subject, at, partial(begun, new=attempt, limits=self.limits))
        except Refused as too_many:
            log.warning(too_many.code, subject=subject)
            raise
        try:
            yield
        except Refused as refused:
            if refused.code == TAKEN and not await acts_for(self.companies, subject, number):
                attempt = replace(attempt, outcome="foreign")
            await self._change(subject, at, partial(ended, of=attempt))
            raise
        await self._change(subject, at, partial(ended, of=replace(attempt, outcome="registered")))

    async def _change(
        self, subject: str, at: datetime, rule: Callable[[tuple[Attempt, ...]], tuple[Attempt, ...]]
    ) -> None:
        def become(stored: list[Json]) -> list[Json]:
            return [vars(attempt) for attempt in rule(tuple(Attempt(**entry) for entry in stored))]

        await self.attempts.change(subject, at, become)
