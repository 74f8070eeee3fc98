"""How a partner administration receives the record of a member: on its page, and on its topic."""

from collections.abc import Mapping
from dataclasses import dataclass
from json import loads
from typing import Any

from deploy.local.deployment import Deployment
from tests.e2e.browser.people import Somebody
from tests.support.servers.bus import Record, on_topic, until


@dataclass(frozen=True)
class Receiving:
    """Somebody of a partner administration, and the user of its own systems at Kafka."""

    partner: Somebody
    administration: str
    deployment: Deployment

    async def read_the_page(self, legal_name: str) -> list[str]:
        """The five elements of the record, as soon as the member is among those that are shared."""
        await self.partner.leave_by(await self.partner.reload_until(f"main a:has-text('{legal_name}')"))
        return await self.partner.part("[aria-labelledby=record] dd").all_inner_texts()

    async def read_the_topic(self, pip: str) -> Mapping[str, Any]:
        """The record, as soon as it is there."""
        user = f"partner.{self.administration.lower()}"
        found: list[Record] = []

        async def has_come() -> bool:
            found[:] = await on_topic(self.deployment.kafka(user), f"pip.{user}", pip)
            return bool(found)

        await until(has_come, 60, pause=0.5)
        record: Mapping[str, Any] = loads(found[-1].value or "null")
        return record
