"""An operator at work: watches what is parked, and frees the one company for which the bus carries poison."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from deploy.local.supervisor import SERVICES
from shared.store.parked import RawRecord
from tests.support.servers.bus import producing, put, until
from tests.support.servers.workload.people import Json, Person

BETWEEN_LOOKS = 0.5
SUBSCRIBERS = ("review", "risk", "site_validation")
PATIENCE_SECONDS = 120.0


@dataclass
class Operator:
    """`poisoned`: the companies for which it put poison on the bus."""

    person: Person
    poisoned: set[str] = field(default_factory=set)

    async def watch(self, over: asyncio.Event) -> None:
        """Looks again and again, until it is over: nobody else's records are ever parked."""
        while not over.is_set():
            for service in SERVICES:
                parked = set(await self._parked(service))
                assert parked <= self.poisoned, f"{service} has parked {parked - self.poisoned}"
            await asyncio.sleep(BETWEEN_LOOKS)

    async def poison(self, company: str) -> None:
        """Puts an unreadable record under this company's key, and waits until its subscribers have parked it."""
        self.poisoned.add(company)
        async with producing(self.person.society.deployment.kafka("intake")) as producer:
            unreadable = (("ce_type", b"pip.ApplicationSubmitted.v1"),)
            await put(producer, RawRecord("pip.application", 0, 0, company.encode(), b"{", unreadable))
        await until(lambda: self._parked_everywhere(company, 1), PATIENCE_SECONDS, BETWEEN_LOOKS)

    async def free(self, company: str, others_moved: Callable[[], int]) -> None:
        """Once the application is parked behind the poison and others move on, discards the poison and redrives."""
        await until(lambda: self._parked_everywhere(company, 2), PATIENCE_SECONDS, BETWEEN_LOOKS)
        before = others_moved()
        await until(lambda: others_moved() > before, PATIENCE_SECONDS, BETWEEN_LOOKS)
        for service in SUBSCRIBERS:
            assert await self._redriven(service, company) == 0, f"{service} handled what cannot be read"
            poison, application = (await self._parked(service))[company][:2]
            discard, reason = f"POST {service}/operations/discards/{company}", "It was never readable."
            await self.person.is_refused(discard, "stale", body={"record": application["id"], "reason": reason})
            await self.person.does(discard, {"record": poison["id"], "reason": reason}, changes=False)
            await self._redriven(service, company)

    async def _parked_everywhere(self, company: str, count: int) -> bool:
        """Whether each subscriber has so many records of the company parked."""
        return all([len((await self._parked(service)).get(company, ())) >= count for service in SUBSCRIBERS])

    async def _parked(self, service: str) -> Json:
        return await self.person.sees(f"{service}/operations/parked")

    async def _redriven(self, service: str, company: str) -> int:
        return int((await self.person.does(f"POST {service}/operations/redrives/{company}", changes=False))["handled"])
