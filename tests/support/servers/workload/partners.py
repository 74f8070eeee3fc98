"""Foreign administrations at work: each follows its feed over HTTP, and its topic as a Kafka user of its own."""

import asyncio
from dataclasses import dataclass, field
from json import loads

from aiokafka import AIOKafkaConsumer

from deploy.kafka.access import groups_of
from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.types import Administration
from tests.support.servers.bus import scram
from tests.support.servers.workload.people import OFFICERS_ONLY, Json, Person, Society

BETWEEN_READINGS = 1.0
PARTS = set(PartnerRecord.model_fields)


@dataclass
class Partner:
    """What one administration knows by now, on either way: its members' records by PIP number."""

    code: Administration
    person: Person
    from_feed: dict[str, Json] = field(default_factory=dict)
    from_topic: dict[str, Json] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    _cursor: str = ""

    async def work(self, over: asyncio.Event) -> None:
        """Until it is over."""
        async with asyncio.TaskGroup() as both:
            listening = both.create_task(self._listen())
            while not over.is_set():
                await self.read()
                await asyncio.sleep(BETWEEN_READINGS)
            listening.cancel()

    async def snapshot(self) -> dict[str, Json]:
        """The members that the feed has now."""
        members, after = [], ""
        while True:
            page = await self.person.sees(f"mra_exchange/partner/members?limit=5{after}")
            members += page["members"]
            if page["next"] is None:
                return {record["identifiers"]["pip"]: record for record in members}
            after = f"&after={page['next']}"

    async def read(self) -> None:
        """Every change since the last reading; a repeat is known by its number."""
        while True:
            page = await self.person.sees(f"mra_exchange/partner/changes?limit=5{self._cursor}")
            for change in page["changes"]:
                if change["n"] > self._numbers.get(change["pip"], 0):
                    self._numbers[change["pip"]] = change["n"]
                    _know(self.from_feed, change["pip"], change.get("record"))
            self._cursor = f"&after={page['next']}"
            if not page["more"]:
                return

    async def _listen(self) -> None:
        user = f"partner.{self.code.lower()}"
        access = self.person.society.deployment.kafka(user)
        consumer = AIOKafkaConsumer(
            f"pip.{user}",
            **scram(access),
            group_id=groups_of(user)[0],
            auto_offset_reset="earliest",
            isolation_level="read_committed",
        )
        await consumer.start()
        try:
            async for record in consumer:
                text = f"{record.key!r} {record.headers} {record.value!r}"
                assert OFFICERS_ONLY not in text, f"{self.code} reads what is for officers only: {text}"
                body = None if record.value is None else loads(record.value)
                assert body is None or set(body) == PARTS, f"{self.code} receives {set(body)}"
                self.texts.append(text)
                _know(self.from_topic, (record.key or b"").decode(), body)
        finally:
            await consumer.stop()


async def partner(society: Society, code: Administration) -> Partner:
    return Partner(code, await society.person(f"Customs of {code}", "partner", administration=code))


def _know(members: dict[str, Json], pip: str, record: Json) -> None:
    if record is None:
        members.pop(pip, None)
    else:
        members[pip] = record
