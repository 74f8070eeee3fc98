"""What partners' topics hold, compared with what was journalled for them: nothing lacks, no record outlives its end."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.errors import Failed
from deploy.local.deployment import Stores
from deploy.operations.partner_topics import Address, LastMessage, journalled, lacks, on_topics
from deploy.operations.restore import must_be_there
from shared.contracts.topics import topics
from shared.store.client import Database
from tests.support.servers.backing import Broker
from tests.support.servers.bus import producing

PARTNERS = sorted(topic.name for topic in topics() if topic.compacted)
TOPIC = PARTNERS[0]


def message(number: int, value: str | None, key: str = "PIP-1", topic: str = TOPIC) -> dict[str, Any]:
    return {"topic": topic, "key": key, "value": value, "headers": [["ce_sequence", str(number)]]}


def at(number: int, *, ended: bool = False) -> dict[Address, LastMessage]:
    return {(TOPIC, "PIP-1"): LastMessage(number, ended)}


@pytest.mark.parametrize(
    ("published", "found", "sentences"),
    [
        pytest.param(at(9), at(9), 0, id="the record is there"),
        pytest.param(at(9), at(10), 0, id="a later one is there already"),
        pytest.param(at(9), {}, 1, id="an empty topic"),
        pytest.param(at(10), at(9), 1, id="an earlier record"),
        pytest.param(at(10), at(9, ended=True), 1, id="an end of before"),
        pytest.param(at(9, ended=True), at(9, ended=True), 0, id="the end is there"),
        pytest.param(at(9, ended=True), {}, 0, id="the end is removed by now"),
        pytest.param(at(9, ended=True), at(8), 1, id="a record after its end"),
        pytest.param({}, at(9), 0, id="what a restored deployment does not know"),
    ],
)
def test_what_lacks(published: dict[Address, LastMessage], found: dict[Address, LastMessage], sentences: int) -> None:
    assert len([*lacks(published, found)]) == sentences


@given(st.permutations([(8, "eight"), (9, None), (10, "ten"), (100, None)]))
def test_the_last_message_is_the_one_of_the_highest_number(order: list[tuple[int, str | None]]) -> None:
    assert journalled(message(number, value) for number, value in order) == at(100, ended=True)


def test_messages_between_services_are_none_to_partners() -> None:
    assert journalled([message(1, "{}", topic="pip.intake")]) == {}


async def test_a_restore_fails_where_a_partner_does_not_find_its_record(
    broker: Broker, database: Database, mongo_url: str
) -> None:
    key = f"PIP-{uuid4()}"
    publisher = Stores(broker.operator, mongo_url, database.name)
    await database["journal"].insert_one({"_id": "1", "fact": "{}", "message": message(9, "{}", key)})

    with pytest.raises(Failed, match=f"the record of {key} was published as number 9, and is not there"):
        await must_be_there(broker.operator, publisher)

    owed = {"sequence": 2, "message": message(10, None, key)}
    await database["disclosures"].insert_one({"_id": "1", "outbox": [{"sequence": 1, "message": None}, owed]})
    await must_be_there(broker.operator, publisher)


@pytest.mark.parametrize("headers", [[], [("ce_sequence", b"\xff")], [("ce_sequence", b"-1")], [("ce_sequence", b"")]])
async def test_what_a_stranger_wrote_is_before_all_that_was_published(
    broker: Broker, headers: list[tuple[str, bytes]]
) -> None:
    key = f"PIP-{uuid4()}"
    async with producing(broker.operator) as producer:
        await producer.send_and_wait(TOPIC, b"{}", key=key.encode(), headers=headers)

    found = await asyncio.to_thread(on_topics, broker.operator)

    assert found[TOPIC, key] == LastMessage(0, ended=False)


async def test_every_partner_topic_is_read_to_its_end(broker: Broker) -> None:
    key = f"PIP-{uuid4()}"
    async with producing(broker.operator) as producer:
        for topic in PARTNERS:
            for number, value in ((9, b"{}"), (10, b"{}"), (11, None)):
                headers = [("ce_sequence", str(number).encode())]
                await producer.send_and_wait(topic, value, key=key.encode(), headers=headers)

    found = await asyncio.to_thread(on_topics, broker.operator)

    assert {topic: found[topic, key] for topic in PARTNERS} == dict.fromkeys(PARTNERS, LastMessage(11, ended=True))
    assert len(PARTNERS) == 11
