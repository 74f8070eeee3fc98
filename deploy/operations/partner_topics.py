"""What the partners' topics hold, compared with what was journalled for them (docs/architecture/partner-topics.md)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from deploy.errors import Failed
from deploy.kafka.access import OPERATOR, client
from deploy.kafka.plan import SECONDS
from shared.bus.access import KafkaAccess
from shared.contracts.topics import compacted, topics
from shared.model import Json

SEQUENCE = "ce_sequence"
Address = tuple[str, str]


@dataclass(frozen=True)
class LastMessage:
    """The last message under one key: its number, and whether it ended the sharing."""

    number: int
    ended: bool


def journalled(messages: Iterable[Json]) -> dict[Address, LastMessage]:
    """The last journalled message to each partner about each member, by topic and key."""
    last: dict[Address, LastMessage] = {}
    for message in messages:
        if compacted(message["topic"]):
            address = message["topic"], message["key"]
            number = int(dict(message["headers"])[SEQUENCE])
            if address not in last or last[address].number < number:
                last[address] = LastMessage(number, message["value"] is None)
    return last


def lacks(published: Mapping[Address, LastMessage], found: Mapping[Address, LastMessage]) -> Iterator[str]:
    """A sentence for each record that its partner does not find, and for each that it finds after its end.

    An end is removed from the topic when it is old: where nothing is found, nothing lacks of it.
    """
    for (topic, key), last in published.items():
        on_topic = found.get((topic, key))
        if on_topic is None and not last.ended:
            yield f"{topic}: the record of {key} was published as number {last.number}, and is not there"
        elif on_topic and on_topic.number < last.number:
            yield f"{topic}: {key} stands at number {on_topic.number}, and number {last.number} was published"


def on_topics(bus: KafkaAccess) -> dict[Address, LastMessage]:
    """The last message under each key of every partner topic, as its reader finds it. Raises Failed."""
    settings = {
        "group.id": f"{OPERATOR}.reconcile",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        "isolation.level": "read_committed",
    }
    consumer = Consumer({**client(bus), **settings})
    try:
        return {(_text(message.topic()), _text(message.key())): _last(message) for message in _messages(consumer)}
    except KafkaException as failure:
        raise Failed(
            f"the partners' topics cannot be read: {failure.args[0].str()}. "
            "Check Kafka's address and the operator's password"
        ) from failure
    finally:
        consumer.close()


def _messages(consumer: Consumer) -> Iterator[Message]:
    """Every message of the partner topics that are there, up to their present ends."""
    there = consumer.list_topics(timeout=SECONDS).topics
    names = [topic.name for topic in topics() if topic.compacted and topic.name in there]
    consumer.assign(
        [TopicPartition(name, partition, OFFSET_BEGINNING) for name in names for partition in there[name].partitions]
    )
    unread = {(name, partition) for name in names for partition in there[name].partitions}
    while unread:
        message = consumer.poll(SECONDS)
        if message is None:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))  # noqa: SLF001 - the library's name for it
        if (error := message.error()) is None:
            yield message
        elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001
            unread.discard((message.topic(), message.partition()))
        else:
            raise KafkaException(error)


def _last(message: Message) -> LastMessage:
    """What mra_exchange did not write has no readable number, and stands for 0: before all that was published."""
    written = _text(dict(message.headers() or ()).get(SEQUENCE))
    return LastMessage(int(written) if written.isdecimal() else 0, message.value() is None)


def _text(value: str | bytes | None) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value or ""
