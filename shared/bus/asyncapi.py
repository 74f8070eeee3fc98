"""What one service publishes and consumes, as an AsyncAPI 3.0 document made from the contracts and topics."""

from collections.abc import Iterable

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.bus.access import PARTNERS_MECHANISM, SERVICES_MECHANISM
from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.registry import EVENTS
from shared.contracts.topics import Topic, topics
from shared.model import Json

_CLOUD_EVENT = (
    "content-type",
    "ce_specversion",
    "ce_id",
    "ce_source",
    "ce_subject",
    "ce_type",
    "ce_time",
    "ce_dataschema",
    "ce_sequence",
)
_INSIDE = (*_CLOUD_EVENT, "ce_companyid", "ce_correlationid", "ce_causationid")
_BINDING = "0.5.0"
_SERVERS: Json = {
    name: {
        "host": f"{{{name}}}",
        "protocol": "kafka",
        "description": description,
        "variables": {name: {"description": "Host and port, as the operator names them.", "examples": ["kafka:9092"]}},
        "security": [{"$ref": f"#/components/securitySchemes/{name}"}],
    }
    for name, description in {
        "services": "The listener of services and the operator.",
        "partners": "The listener of partners, with limits of its own.",
    }.items()
}
_SECURITY_SCHEMES: Json = {
    name: {"type": kind, "description": f"User and password by {mechanism}."}
    for name, kind, mechanism in (
        ("services", "scramSha512", SERVICES_MECHANISM),
        ("partners", "scramSha256", PARTNERS_MECHANISM),
    )
}


def body(name: str) -> type[BaseModel] | None:
    """What a message carries; None for the end of sharing, which carries nothing."""
    return EVENTS.get(name) or (PartnerRecord if name == "MemberShared" else None)


def type_of(name: str) -> str:
    """The CloudEvents type of a message."""
    event = EVENTS.get(name)
    return event.type() if event else f"pip.{name}.v1"


def document(service: str) -> Json:
    """The AsyncAPI document of one service."""
    published = [topic for topic in topics() if topic.publisher == service]
    consumed = [topic for topic in topics() if service in topic.readers]
    known = {topic.name: topic for topic in (*published, *consumed)}.values()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Trusted Trader: {service}",
            "version": "1",
            "description": "CloudEvents 1.0 in Kafka's binary mode.",
        },
        "defaultContentType": "application/json",
        "servers": _SERVERS,
        "channels": {_id(topic): _channel(topic) for topic in known},
        "operations": {
            **{f"publish-{_id(topic)}": _operation("send", topic) for topic in published},
            **{f"consume-{_id(topic)}": _operation("receive", topic) for topic in consumed},
        },
        "components": {"schemas": _schemas(known), "securitySchemes": _SECURITY_SCHEMES},
    }


def _id(topic: Topic) -> str:
    return topic.name.replace(".", "-")


def _operation(action: str, topic: Topic) -> Json:
    return {"action": action, "channel": {"$ref": f"#/channels/{_id(topic)}"}}


def _channel(topic: Topic) -> Json:
    return {
        "address": topic.name,
        "servers": [{"$ref": f"#/servers/{name}"} for name in (_SERVERS if topic.compacted else ("services",))],
        "messages": {name: _message(topic, name) for name in topic.events},
        "bindings": {"kafka": {"partitions": topic.partitions, "bindingVersion": _BINDING}},
    }


def _message(topic: Topic, name: str) -> Json:
    model = body(name)
    return {
        "name": name,
        "contentType": "application/json",
        "headers": _headers(topic, type_of(name)),
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"} if model else {"type": "null"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": _BINDING}},
    }


def _headers(topic: Topic, kind: str) -> Json:
    """The headers of a message, and no others."""
    names, optional = (_CLOUD_EVENT, ()) if topic.compacted else (_INSIDE, ("ce_traceparent",))
    properties: Json = {name: {"type": "string"} for name in (*names, *optional)} | {"ce_type": {"const": kind}}
    return {"type": "object", "required": list(names), "properties": properties, "additionalProperties": False}


def _schemas(known: Iterable[Topic]) -> Json:
    """Every body, and every value in it, once."""
    bodies = {model for topic in known for name in topic.events if (model := body(name))}
    ordered = sorted(bodies, key=lambda model: model.__name__)
    _, schemas = models_json_schema(
        [(model, "serialization") for model in ordered], ref_template="#/components/schemas/{model}"
    )
    definitions: Json = schemas["$defs"]
    return definitions
