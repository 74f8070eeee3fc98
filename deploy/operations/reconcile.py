"""Whether all that was published arrived (docs/architecture/journal.md).

Journals are compared with the watermarks of subscribers and, for partners, with what their topics hold.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from json import dumps
from time import monotonic, sleep
from typing import Any

from deploy.operations import partner_topics
from deploy.operations.access import Services
from shared.bus.access import KafkaAccess
from shared.contracts.topics import topics
from shared.model import Json

MOST_BYTES = 8_000_000
UNRELAYED_SECONDS = 2.0
PAUSE_SECONDS = 0.2
_UNRELAYED = re.compile(r"^tt_oldest_unrelayed_seconds (\S+)$", re.MULTILINE)
OLD_SPELLING = {"said": "published", "heard": "consumed"}  # of services until 0.2.0; it goes with the next release
Message = dict[str, Any]


@dataclass(frozen=True)
class Reconciliation:
    """How many messages were compared with what their readers have; a sentence for each thing wrong."""

    messages: int
    lacks: tuple[str, ...]


def reconcile(services: Services, seconds: float, bus: KafkaAccess | None = None) -> Reconciliation:
    """Compares again and again, until nothing is missing or the time is over. Raises Failed.

    Without access to the bus, the partners' topics are not compared.
    """
    deadline = monotonic() + seconds
    while (found := _compared(services, bus)).lacks and monotonic() < deadline:
        sleep(PAUSE_SECONDS)
    return found


def _compared(services: Services, bus: KafkaAccess | None) -> Reconciliation:
    published = [message for service in services.urls for message in _journalled(services, service)]
    lacks = [
        lack
        for service in services.urls
        for lack in (*_unconsumed(services, service, published), *_parked(services, service))
    ]
    if bus:
        to_partners = partner_topics.journalled(published)
        lacks += partner_topics.lacks(to_partners, partner_topics.on_topics(bus))
    lacks += [lack for service in services.urls for lack in _unrelayed(services, service)]
    return Reconciliation(len(published), tuple(lacks))


def _journalled(services: Services, service: str) -> Iterator[Message]:
    page = services.get(service, "/operations/journal/messages")
    while page:
        yield from page
        page = services.get(service, "/operations/journal/messages", after=page[-1]["after"])


def _unconsumed(services: Services, service: str, published: list[Message]) -> Iterator[str]:
    subscribed = {topic.name for topic in topics() if service in topic.readers}
    for batch in _batches([message for message in published if message["topic"] in subscribed]):
        for lacking in map(respelt, services.post(service, "/operations/reconciliation", batch)):
            yield (
                f"{service}: {lacking['collection']}/{lacking['id']} "
                f"has consumed {lacking['publisher']} up to {lacking['consumed']} of {lacking['published']}"
            )


def respelt(reply: Json) -> Json:
    """A reply with the field names of this release, whichever release has answered."""
    return {OLD_SPELLING.get(name, name): value for name, value in reply.items()}


def _batches(messages: list[Message]) -> Iterator[list[Message]]:
    """The messages in lists that each fit into one request."""
    batch: list[Message] = []
    size = 0
    for message in messages:
        length = len(dumps(message))
        if batch and size + length > MOST_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += length
    if batch:
        yield batch


def _parked(services: Services, service: str) -> Iterator[str]:
    for key, queue in services.get(service, "/operations/parked").items():
        reason = queue[0]["reason"] if queue else "empty"
        yield f"{service}: {len(queue)} records of {key} are parked ({reason}): tt parked show {key}"


def _unrelayed(services: Services, service: str) -> Iterator[str]:
    found = _UNRELAYED.search(services.metrics(service))
    if found and (seconds := float(found[1])) > UNRELAYED_SECONDS:
        yield f"{service}: a message has waited {seconds:.0f} s in its outbox: see whether Kafka runs"
