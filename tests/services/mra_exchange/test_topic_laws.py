"""What holds on real topics in every history, with the relay in between (programme 4, last line)."""

import json
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, Literal, get_args
from uuid import uuid4

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.mra_exchange.domain.disclosure import SOURCE, DisclosureCommand, decider
from services.mra_exchange.domain.disclosure.noting import NoteMembership
from services.mra_exchange.views.members import Disclosures
from shared.bus.access import KafkaAccess
from shared.bus.publishers import Fenced
from shared.bus.relay import OutboxSource, Relay
from shared.contracts.catalogue import Catalogue
from shared.contracts.pip_id import pip_id
from shared.contracts.types import Administration
from shared.handling import Aggregate
from shared.model import Json
from shared.relays import Relays
from shared.store.client import Database
from shared.store.documents import MOST_LOADED, Documents
from shared.store.journal import Journal
from shared.telemetry import Metrics
from tests.support.builders.disclosure_histories import CATALOGUES, COMMANDS, PARTNERS, Known, topic_of
from tests.support.servers.bus import on_topic, until
from tests.support.servers.kernel import enveloped

When = Literal["before the relay reads", "right after it has read", "while the broker is away"]
QUICK_TO_FAIL = (Phase.reuse, Phase.generate)
STEP = st.tuples(COMMANDS, st.sampled_from(CATALOGUES), st.sampled_from(get_args(When)))


class Interrupted(Documents):
    """Something may be written between the relay's reading and its sending."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def outboxes(self, ids: Iterable[str], most_bytes: int = MOST_LOADED) -> dict[str, list[Json]]:
        read = await super().outboxes(ids, most_bytes)
        if self.meanwhile:
            await self.meanwhile()
        return read


class Member:
    """One company. `desired`: what each partner may know now; `seen`: what it might at each reading of the relay."""

    def __init__(self, database: Database, publisher: Fenced) -> None:
        self.id = str(uuid4())
        self.pip = pip_id(self.id)
        self._known = Known(self.pip)
        self._documents = Interrupted(database, "disclosures")
        self._relay = Relay(
            {"disclosures": OutboxSource(self._documents, SOURCE)}, Journal(database), publisher, Metrics()
        )
        self.desired: dict[str, dict[str, Any] | None] = dict.fromkeys(PARTNERS)
        self.seen: dict[str, list[dict[str, Any] | None]] = {code: [] for code in PARTNERS}

    async def consumes(self, asked: DisclosureCommand, catalogue: Catalogue) -> None:
        if isinstance(asked, NoteMembership):
            asked = asked.model_copy(update={"membership": asked.membership.model_copy(update={"pip_id": self.pip})})
        disclosures: Disclosures = Aggregate(decider(catalogue), self._documents, Relays())
        await disclosures.handle(self.id, asked, enveloped())
        self._known.note(asked)
        self.desired = {code: self._known.may_know(code, catalogue, self.desired[code]) for code in PARTNERS}

    async def is_relayed(self, meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
        for code, record in self.desired.items():
            self.seen[code].append(record)
        self._documents.meanwhile = meanwhile
        await self._relay.round([("disclosures", self.id)])
        self._documents.meanwhile = None


@settings(
    max_examples=20, deadline=None, phases=QUICK_TO_FAIL, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(STEP, max_size=12))
async def test_each_value_was_allowed_when_the_relay_last_read_and_the_last_is_what_is_allowed(
    database: Database, operator: KafkaAccess, history: list[tuple[DisclosureCommand, Catalogue, When]]
) -> None:
    publisher = Fenced(operator, f"test {uuid4()}", Journal(database), lambda _: 0.0)
    member = Member(database, publisher)
    for asked, catalogue, when in history:
        step = partial(member.consumes, asked, catalogue)
        if when == "right after it has read":
            await member.is_relayed(step)
        else:
            await step()
        if when == "before the relay reads":
            await member.is_relayed()
    await member.is_relayed()
    await publisher.close()

    async def published(code: Administration) -> list[dict[str, Any] | None]:
        records = await on_topic(operator, topic_of(code), member.pip)
        return [json.loads(record.value) if record.value else None for record in records]

    async def quiet() -> bool:
        return {code: (await published(code) or [None])[-1] for code in PARTNERS} == member.desired

    await until(quiet, 5)
    for code in PARTNERS:
        readings = iter(member.seen[code])
        assert all(value in readings for value in await published(code))
