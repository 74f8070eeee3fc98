"""A law over every channel by which a partner reads: nothing of others, of the inside, or finer than a second of ours.

Markers are planted where a partner may not look; then it reads all there is to read, with its own user and token.
"""

import asyncio
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any
from uuid import UUID, uuid4

from confluent_kafka import KafkaException
from confluent_kafka.admin import ConfigResource

from deploy.errors import Failed
from deploy.kafka import quotas
from deploy.kafka.access import Admin, admin, groups_of
from deploy.kafka.plan import EVERY_ACL
from shared.bus.access import KafkaAccess
from shared.contracts.types import Administration
from tests.support.builders.example_requests import requests
from tests.support.builders.packages import COMPANY
from tests.support.builders.review import declared
from tests.support.builders.sharing import joined, member_path, number, partner, partner_records
from tests.support.built import app_of
from tests.support.servers.bus import Record, producing
from tests.support.servers.served import Served

OURS: Administration = "US"
THEIRS: Administration = "JP"
USER = f"partner.{OURS.lower()}"
FINER = re.compile(r"T\d\d:\d\d:\d\d\.\d")
Channels = dict[str, str]


def seen_in(channels: Channels, markers: dict[str, str]) -> list[tuple[str, str]]:
    """Which marker shows by which channel."""
    return [
        (channel, name)
        for channel, text in channels.items()
        for name, marker in markers.items()
        if marker.lower() in text.lower()
    ]


async def test_no_channel_shows_a_partner_anything_of_others(
    mra_exchange: Served, record_property: Callable[[str, object], None]
) -> None:
    shared, hidden = uuid4(), uuid4()
    await joined(mra_exchange, shared, OURS, THEIRS)
    await mra_exchange.consumes(hidden, declared())
    await joined(mra_exchange, hidden, THEIRS)
    markers = {
        "the id of a shared company": str(shared),
        "the id of another company": str(hidden),
        "the number of another's member": number(hidden),
        "the sample company of the events": str(COMPANY),
        "the other partner's topic": f"pip.partner.{THEIRS.lower()}",
        "the other partner's user": f"partner.{THEIRS.lower()}",
        "an internal topic": "pip.review",
        "the services' address": mra_exchange.broker.operator.bootstrap,
        "a collection": "disclosures",
    }
    records = await partner_records(mra_exchange, OURS, shared, 1)
    channels = (
        {f"record {index}: {name}": text for index, record in enumerate(records) for name, text in fields(record)}
        | await asyncio.to_thread(by_kafka, mra_exchange.broker.access(USER))
        | await by_http(mra_exchange, shared, hidden)
    )
    assert seen_in(channels, markers) == []
    assert [channel for channel, text in channels.items() if FINER.search(text)] == []
    record_property("channels", len(channels))
    assert len(channels) >= 39, sorted(channels)


async def test_a_marker_that_is_planted_is_seen(mra_exchange: Served) -> None:
    """In a header, which is none of the fields that the service fills."""
    company = uuid4()
    await joined(mra_exchange, company, OURS)
    planted = [("ce_correlationid", str(company).encode())]
    async with producing(mra_exchange.broker.operator) as bus:
        await bus.send_and_wait(f"pip.{USER}", b"{}", key=number(company).encode(), headers=planted)
    records = await partner_records(mra_exchange, OURS, company, 2)
    channels = dict(fields(records[-1]))
    assert seen_in(channels, {"company": str(company)}) == [("headers", "company")]


def fields(record: Record) -> Iterator[tuple[str, str]]:
    """Every part of a record, Kafka's own among them."""
    names = ("topic", "key", "value", "headers", "partition", "offset", "timestamp", "timestamp_type", "checksum")
    return ((name, str(getattr(record, name))) for name in names)


def by_kafka(access: KafkaAccess) -> Channels:
    """What the broker answers to everything that a client can ask, refusals too."""
    client = admin(access)
    asked: dict[str, Callable[[Admin], Any]] = {
        "topics": lambda client: client.list_topics(timeout=10),
        "groups": lambda client: client.list_consumer_groups(),
        "own group": lambda client: client.describe_consumer_groups([groups_of(USER)[0]]),
        "another's group": lambda client: client.describe_consumer_groups([groups_of(f"partner.{THEIRS.lower()}")[0]]),
        "cluster": lambda client: client.describe_cluster(),
        "broker's settings": lambda client: client.describe_configs([ConfigResource(ConfigResource.Type.BROKER, "1")]),
        "own topic's settings": lambda client: client.describe_configs(
            [ConfigResource(ConfigResource.Type.TOPIC, f"pip.{USER}")]
        ),
        "access rules": lambda client: client.describe_acls(EVERY_ACL),
        "quotas": lambda client: quotas.described(client.access),
    }
    return {f"Kafka: {name}": answered(ask, client) for name, ask in asked.items()}


def answered(ask: Callable[[Admin], Any], client: Admin) -> str:
    try:
        answer = ask(client)
        answers = list(answer.values()) if isinstance(answer, dict) else [answer]
        return " ".join(shown(each.result(20) if isinstance(each, Future) else each) for each in answers)
    except (KafkaException, Failed, ValueError, TypeError) as refused:
        return f"{refused} {refused.__cause__}"


def shown(answer: Any) -> str:
    """An answer with what is inside it."""
    inside = getattr(answer, "__dict__", None) or {}
    return f"{answer} " + " ".join(
        f"{name}={[shown(part) for part in value] if isinstance(value, list) else value}"
        for name, value in inside.items()
    )


async def by_http(mra_exchange: Served, shared: UUID, hidden: UUID) -> Channels:
    """Every operation of the service, as this partner: whole answers with their headers, cursors opened."""
    customs = partner(mra_exchange, OURS)
    document = app_of("mra_exchange").openapi()
    texts: Channels = {}
    for path, methods in document["paths"].items():
        for method in methods:
            for request in requests(document, path, method, {"after": "", "pip": number(hidden)}):
                request["params"] = {name: value for name, value in request["params"].items() if value}
                answer = await customs.client.request(**request | {"headers": customs.headers})
                texts[f"{method} {path}"] = f"{answer.headers} {answer.text.replace(number(hidden), '', 1)}"
    pages = {
        "members": "/partner/members?limit=1",
        "member": member_path(shared),
        "changes": "/partner/changes?limit=1",
        "a broken cursor": "/partner/changes?after=x",
        "nothing": "/nothing",
    }
    for name, path in pages.items():
        answer = await customs.asks(f"GET {path}")
        texts[name] = f"{answer.headers} {answer.text}"
    cursor = (await customs.does("GET /partner/changes?limit=1"))["next"]
    return texts | {"a cursor, opened": urlsafe_b64decode(cursor).decode()}
