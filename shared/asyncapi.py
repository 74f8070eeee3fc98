"""What one service says and hears on the bus, as an AsyncAPI 3.0 document made from the contracts and topics."""

from importlib import import_module
from typing import Any

from shared.contracts.event import Event
from shared.contracts.mra_exchange import PartnerRecord
from shared.decider import Json
from shared.topics import Topic, topics

_HEADERS: Json = {
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_subject", "ce_type", "ce_time", "ce_sequence"],
    "properties": {
        name: {"type": "string"}
        for name in (
            "ce_specversion",
            "ce_id",
            "ce_source",
            "ce_subject",
            "ce_type",
            "ce_time",
            "ce_dataschema",
            "ce_sequence",
            "content-type",
        )
    },
}


def contract(publisher: str, name: str) -> type[Event] | None:
    """The contract of an internal message; None for those to partners, which are records and ends."""
    found = getattr(import_module(f"shared.contracts.{publisher}"), name, None)
    return found if isinstance(found, type) and issubclass(found, Event) else None


def document(service: str) -> Json:
    """The AsyncAPI document of one service."""
    said = [topic for topic in topics() if topic.publisher == service]
    heard = [topic for topic in topics() if service in topic.readers]
    known = {topic.name: topic for topic in (*said, *heard)}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"Trusted Trader: {service}", "version": "1", "description": "CloudEvents 1.0 in Kafka's binary mode."},
        "defaultContentType": "application/json",
        "channels": {_id(topic): _channel(topic) for topic in known.values()},
        "operations": {
            **{f"say-{_id(topic)}": _operation("send", topic) for topic in said},
            **{f"hear-{_id(topic)}": _operation("receive", topic) for topic in heard},
        },
    }


def _id(topic: Topic) -> str:
    return topic.name.replace(".", "-")


def _operation(action: str, topic: Topic) -> Json:
    return {"action": action, "channel": {"$ref": f"#/channels/{_id(topic)}"}}


def _channel(topic: Topic) -> Json:
    return {"address": topic.name, "messages": {name: _message(topic, name) for name in topic.events}}


def _message(topic: Topic, name: str) -> Json:
    return {
        "name": name,
        "contentType": "application/json",
        "headers": _HEADERS,
        "payload": _payload(contract(topic.publisher, name), name),
    }


def _payload(event: type[Event] | None, name: str) -> dict[str, Any]:
    if event is not None:
        return event.model_json_schema(mode="serialization")
    return PartnerRecord.model_json_schema(mode="serialization") if name == "MemberShared" else {"type": "null"}
