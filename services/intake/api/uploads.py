"""Uploads on their way: how many at once, and what is left of those that nobody finished."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID
from weakref import WeakValueDictionary

from services.intake.domain.company import Company
from services.intake.views.company import Companies
from shared.clock import now
from shared.errors import Refused
from shared.store.files import Files

WAIT_SECONDS = 10.0
UNFILED_FOR = timedelta(hours=2)  # longer than the slowest upload takes


class Uploads:
    """At most so many uploads at once, of which one person has at most half; the others wait for a while."""

    def __init__(self, companies: Companies, files: Files, at_once: int) -> None:
        self._companies = companies
        self._files = files
        self._turns = asyncio.Semaphore(at_once)
        self._of_a_person = max(1, at_once // 2)
        self._people: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, subject: str) -> AsyncIterator[None]:
        """Raises Refused("too_many_uploads") if none comes free."""
        own = self._people.setdefault(subject, asyncio.Semaphore(self._of_a_person))
        deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
        await _acquired(own, deadline)
        try:
            await _acquired(self._turns, deadline)
            try:
                yield
            finally:
                self._turns.release()
        finally:
            own.release()

    async def tidy(self) -> None:
        """Deletes what a process has left that ended in the middle of an upload; keeps what it has filed."""
        await self._files.prepare()
        for unfiled in await self._files.unfiled(now() - UNFILED_FOR):
            await self.settle(UUID(unfiled.aggregate_id), unfiled.file_id)

    async def settle(self, company_id: UUID, file_id: UUID) -> None:
        """Keeps a file that a document of the company has; deletes any other, as after a removal or a repeat."""
        company = (await self._companies.read(str(company_id))).state
        if isinstance(company, Company) and any(filing.file_id == file_id for filing in company.documents):
            await self._files.keep(file_id)
        else:
            await self._files.delete(file_id)


async def _acquired(turns: asyncio.Semaphore, deadline: float) -> None:
    try:
        async with asyncio.timeout_at(deadline):
            await turns.acquire()
    except TimeoutError:
        raise Refused("too_many_uploads") from None
