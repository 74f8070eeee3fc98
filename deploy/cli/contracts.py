"""`tt contracts`: compares the messages that services publish with their frozen JSON schemas in docs/contracts.

Topics never expire and services are replaced one at a time:
old readers must take new messages, and new readers old ones.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.errors import Failed
from shared.bus.asyncapi import body, type_of
from shared.contracts.registry import EVENTS
from shared.contracts.topics import Topic, topics
from shared.model import Json

PROMISED = Path(__file__).parents[2] / "docs" / "contracts"
ENDING = ".schema.json"
REMARKS = {"$schema", "$id", "$defs", "title", "description", "examples"}
FIELDS = {"properties", "required"}

app = typer.Typer(help="The schemas of published messages, compared with what was promised.", no_args_is_help=True)
Base = Annotated[Path, typer.Option("--base", help="The directory of the promises.", exists=True, file_okay=False)]


@app.command("check")
def show_faults(base: Base = PROMISED) -> None:
    """Refuses a change that breaks a reader of the messages."""
    if faults := check(base):
        raise Failed("\n".join(faults))
    print(f"all {len(published())} messages are as promised")


@app.command("freeze")
def show_frozen(base: Base = PROMISED) -> None:
    """Writes the schemas of messages that are new or have gained something; a promise never changes."""
    print(*freeze(base), sep="\n")


def check(base: Path | None = None) -> list[str]:
    """A sentence for each broken promise of `base`, with what to do about it."""
    then, now = promised(base or PROMISED), published()
    unkept = [
        f"{kind} is promised nowhere. Write its schema: `tt contracts freeze`." for kind in now if kind not in then
    ]
    return [*unkept, *(fault for kind in then for fault in _faults(kind, then, now))]


def freeze(base: Path | None = None) -> list[str]:
    """Writes to `base` what is new and breaks no promise there; returns the types of the schemas written."""
    home = base or PROMISED
    then = promised(home)
    fresh = {
        kind: schema for kind, schema in published().items() if kind not in then or _has_gained(then[kind], schema)
    }
    for kind, schema in fresh.items():
        (home / f"{kind}{ENDING}").write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return sorted(fresh)


def promised(home: Path) -> dict[str, Json]:
    """The schemas that are kept, by type."""
    return {
        path.name.removesuffix(ENDING): json.loads(path.read_text("utf-8")) for path in sorted(home.glob(f"*{ENDING}"))
    }


def published() -> dict[str, Json]:
    """The schema of every message as services publish it now, by type."""
    return {type_of(name): _schema(topic, name) for topic in topics() for name in topic.events}


def _schema(topic: Topic, name: str) -> Json:
    event, model = EVENTS.get(name), body(name)
    whole = model.model_json_schema(mode="serialization") if model else {"type": "null"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:trusted-trader:schema:{type_of(name)}",
        "x-topic": "pip.partner.{code}" if topic.compacted else topic.name,
        "x-source": event.SOURCE if event else f"/{topic.publisher}",
        **(_open(whole) if event else whole),
    }


def _open(node: Any) -> Any:
    """A schema that may gain fields, as messages between services may; those to partners are a closed list."""
    if isinstance(node, dict):
        return {keyword: _open(value) for keyword, value in node.items() if keyword != "additionalProperties"}
    return [_open(value) for value in node] if isinstance(node, list) else node


def _faults(kind: str, then: Mapping[str, Json], now: Mapping[str, Json]) -> Iterator[str]:
    name, _, version = kind.rpartition(".v")
    following = f"{name}.v{int(version) + 1}"
    if kind in now:
        for broken in breaks(then[kind], now[kind]):
            yield f"{kind}: {broken}. Undo it, or leave {kind} as it is and publish {following} beside it."
    elif following not in {*then, *now}:
        yield (
            f"{kind} is no longer published, and what was published is read for ever. "
            f"Bring its contract back, or publish {following} in its place."
        )


def _has_gained(old: Json, new: Json) -> bool:
    return old != new and not any(breaks(old, new))


def breaks(old: Json, new: Json) -> Iterator[str]:
    """Every difference that may break a reader: not remarks, nor optional new fields where the list is open."""
    return _differences(whole(old), whole(new), "")


def whole(schema: Json) -> Json:
    """A schema with its definitions where they are referred to, and without remarks."""
    completed: Json = _whole(schema, schema)
    return completed


def _differences(old: Json, new: Json, at: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    yield from (f"field {at}{field} is gone" for field in before if field not in after)
    yield from (
        f"field {at}{field} must be there" for field in new.get("required", ()) if field not in old.get("required", ())
    )
    if old.get("additionalProperties") is False:
        yield from (f"field {at}{field} is added to a closed list" for field in after if field not in before)
    for field in before.keys() & after.keys():
        yield from _differences(before[field], after[field], f"{at}{field}.")
    alone = {"default"} - (old.keys() & new.keys())
    for keyword in sorted((old.keys() | new.keys()) - FIELDS - alone):
        yield from _changes(keyword, old.get(keyword), new.get(keyword), at)


def _changes(keyword: str, was: Any, now: Any, at: str) -> Iterator[str]:
    match was, now:
        case dict(), dict():
            yield from _differences(was, now, at)
        case [dict(), *_], [dict(), *_] if len(was) == len(now):
            for before, after in zip(was, now, strict=True):
                yield from _differences(before, after, at)
        case list(), list() if sorted(map(str, was)) == sorted(map(str, now)):
            return
        case _ if was != now:
            yield f"{keyword} of {at.rstrip('.') or 'the message'} was {json.dumps(was)} and is {json.dumps(now)}"


def _whole(node: Any, root: Json) -> Any:
    match node:
        case {"$ref": str(reference), **beside}:
            return _whole({**root["$defs"][reference.rpartition("/")[2]], **beside}, root)
        case {"properties": dict(fields), **rest}:
            return {**_whole(rest, root), "properties": {name: _whole(field, root) for name, field in fields.items()}}
        case dict():
            return {keyword: _whole(value, root) for keyword, value in node.items() if keyword not in REMARKS}
        case list():
            return [_whole(value, root) for value in node]
        case _:
            return node
