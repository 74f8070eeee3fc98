"""Golden samples: every message, stored fact and stored state as first written. `write_missing` alone adds to them."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from shared.contracts.event import Event
from shared.decider import Decider
from shared.model import Json
from shared.store.parked import RawRecord
from tests.support.built import app_of, events_of, operations_of
from tests.support.source import SERVICES

HOME = Path(__file__).parent
TO_PARTNERS = ("pip.MemberShared.v1", "pip.SharingEnded.v1")


@cache
def deciders() -> dict[str, Decider[Any, Any, Any]]:
    """Every aggregate by its collection, as the services build it; the teams of two services are alike."""
    return {
        name: aggregate.decider
        for service in SERVICES
        for name, aggregate in operations_of(app_of(service)).aggregates.items()
    }


@cache
def events() -> dict[str, type[Event]]:
    """The contracts of internal messages by type, each in its newest version."""
    return {event.type(): event for service in SERVICES for event in events_of(service).values()}


@cache
def expected() -> frozenset[str]:
    """The samples that there must be: of every version of every message, fact and state."""
    messages = {message_name(kind) for newest in (*events(), *TO_PARTNERS) for kind in _versions(newest)}
    return frozenset(messages).union(
        *({*_facts(name, decider), *_states(name, decider)} for name, decider in deciders().items())
    )


def message_name(kind: str) -> str:
    return f"contracts/{kind}.json"


def fact_name(collection: str, fact: Json) -> str:
    return f"facts/{collection}.{fact['kind']}.v{fact['v']}.json"


def state_name(collection: str, state: Json) -> str:
    """By the status, and by that of a company's application."""
    parts = (collection, state.get("status"), state.get("application", {}).get("status"), f"v{state.get('v', 1)}")
    return f"states/{'.'.join(part for part in parts if part)}.json"


def collection_of(name: str) -> str:
    """Whose fact or state a sample is."""
    return Path(name).name.partition(".")[0]


def names(folder: str) -> list[str]:
    """The samples that there are of one sort."""
    return sorted(f"{folder}/{path.name}" for path in (HOME / folder).glob("*.json"))


def read(name: str) -> Any:
    return json.loads((HOME / name).read_text("utf-8"))


def write(home: Path, name: str, sample: Json) -> None:
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(sample, indent=2, ensure_ascii=False) + "\n", "utf-8")


def record(sample: Json) -> RawRecord:
    """The sample of a message as it lies on its topic."""
    value = None if sample["value"] is None else json.dumps(sample["value"]).encode()
    headers = tuple((name, text.encode()) for name, text in sample["headers"].items())
    return RawRecord(sample["topic"], 0, 0, sample["key"].encode(), value, headers)


def as_then(now: Any, then: Any) -> Any:
    """What is written now, without the fields that it has gained since a sample was written."""
    match now, then:
        case dict(), dict():
            return {name: as_then(value, then[name]) for name, value in now.items() if name in then}
        case list(), list() if len(now) == len(then):
            return [as_then(new, old) for new, old in zip(now, then, strict=True)]
        case _:
            return now


def _versions(newest: str) -> Iterator[str]:
    kind, _, version = newest.rpartition(".v")
    return (f"{kind}.v{number}" for number in range(1, int(version) + 1))


def _facts(collection: str, decider: Decider[Any, Any, Any]) -> Iterator[str]:
    for kind, newest in decider.newest_facts.items():
        yield from (fact_name(collection, {"kind": kind, "v": version}) for version in range(1, newest + 1))


def _states(collection: str, decider: Decider[Any, Any, Any]) -> Iterator[str]:
    for status, model in members(decider.states, "status"):
        inner = model["properties"].get("application", {}).get("discriminator", {}).get("mapping", [None])
        for version in range(1, model["properties"]["v"]["default"] + 1):
            yield from (
                state_name(collection, {"status": status, "application": {"status": application}, "v": version})
                for application in inner
            )


def members(union: TypeAdapter[Any], discriminator: str) -> Iterator[tuple[str, Json]]:
    """Every value of a union's discriminator, or "" where it has none, with the schema that it stands for."""
    schema = union.json_schema()
    definitions = schema.get("$defs", {})
    for value, reference in schema.get("discriminator", {}).get("mapping", {}).items():
        yield value, {**definitions[reference.rpartition("/")[2]], "$defs": definitions}
    if "discriminator" not in schema:
        yield schema["properties"].get(discriminator, {}).get("const", ""), schema
