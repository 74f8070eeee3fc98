"""Topics as code: who publishes and consumes what, how large a message may be, how a topic is kept."""

from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import Field

from shared import yaml_text
from shared.contracts.catalogue import load as load_catalogue
from shared.model import Model

FRAMING_BYTES = 4_096
_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS


class Topic(Model):
    """One topic. `max_message_bytes` bounds key, headers and body; `readers` and `publisher` are Kafka users."""

    name: str
    publisher: str
    readers: tuple[str, ...]
    events: tuple[str, ...]
    partitions: Annotated[int, Field(ge=1)] = 12
    max_message_bytes: Annotated[int, Field(ge=1_000)] = 1_000_000
    compacted: bool = False

    def config(self) -> dict[str, str]:
        """Its settings on the broker: nothing expires or is compressed anew; compaction keeps the last values."""
        kept = {
            "retention.ms": "-1",
            "retention.bytes": "-1",
            "compression.type": "producer",
            "message.timestamp.type": "CreateTime",
            "unclean.leader.election.enable": "false",
            "max.message.bytes": str(self.max_message_bytes + FRAMING_BYTES),
            "cleanup.policy": "compact" if self.compacted else "delete",
        }
        rolled = {
            "segment.ms": str(_HOUR_MS),
            "max.compaction.lag.ms": str(_HOUR_MS),
            "delete.retention.ms": str(30 * _DAY_MS),
        }
        return kept | (rolled if self.compacted else {})


@cache
def topics() -> tuple[Topic, ...]:
    """Every topic, the partners' last."""
    read: dict[str, Any] = yaml_text.values((files("shared.contracts") / "topics.yaml").read_text("utf-8"))
    inside = [Topic.model_validate(topic) for topic in read["topics"]]
    return (*inside, *(_partner(read["partner"], partner.code.lower()) for partner in load_catalogue().administrations))


@cache
def topic(name: str) -> Topic:
    """The topic of this name. Raises KeyError."""
    return {topic.name: topic for topic in topics()}[name]


def limit_of(name: str) -> int:
    """The most bytes that key, headers and body of one message on this topic may have together."""
    return topic(name).max_message_bytes


def compacted(name: str) -> bool:
    """Whether only the last message of every key stays."""
    return topic(name).compacted


def largest_message() -> int:
    """The highest bound of any topic."""
    return max(topic.max_message_bytes for topic in topics())


def smallest_bound() -> int:
    """The lowest bound of any topic, which holds for a whole batch too."""
    return min(topic.max_message_bytes for topic in topics())


def _partner(template: dict[str, Any], code: str) -> Topic:
    names = {
        "name": template["name"].format(code=code),
        "readers": [reader.format(code=code) for reader in template["readers"]],
    }
    return Topic.model_validate({**template, **names})
