"""Requests made of nothing but the examples in an OpenAPI document, as tools and newcomers make them."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.model import Json
from tests.support.builders.uploads import PDF, TYPES
from tests.support.references import found


class Unexemplified(Exception):  # noqa: N818 - of a field
    """Somewhere a value has neither an example nor parts that have."""


def requests(document: Json, path: str, method: str, known: Mapping[str, str] = {}) -> Iterator[Json]:
    """The requests of an operation, as httpx takes them: one for each example of its body. `known`: values by name."""
    operation = document["paths"][path][method]
    given: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}}
    for parameter in operation.get("parameters", ()):
        given[parameter["in"]][parameter["name"]] = known.get(parameter["name"]) or _written(
            example(parameter["schema"], document, parameter["name"])
        )
    request = {
        "method": method.upper(),
        "url": path.format(**given["path"]),
        "params": given["query"],
        "headers": given["header"],
    }
    match operation.get("requestBody", {}).get("content", {}):
        case {"application/json": {"schema": dict(schema)}}:
            for body in schema.get("examples") or [example(schema, document, "body")]:
                yield request | {"json": body}
        case {"application/octet-stream": _}:
            given["header"]["Content-Type"] = "application/octet-stream"
            yield request | {"content": TYPES[PDF]}
        case _:
            yield request


def example(schema: Json, document: Json, where: str) -> Any:
    """The first example, or one that is composed of the parts. Raises Unexemplified with the place."""
    match schema:
        case {"examples": [first, *_]} | {"enum": [first, *_]} | {"const": first}:
            return first
        case {"$ref": str(reference)}:
            return example(found(document, reference), document, where)
        case {"anyOf": [first, *_]} | {"oneOf": [first, *_]}:
            return example(first, document, where)
        case {"type": "object", "properties": dict(fields)}:
            return {name: example(field, document, f"{where}.{name}") for name, field in fields.items()}
        case {"type": "array", "items": dict(items)}:
            return [example(items, document, where)]
        case {"type": "boolean"}:
            return True
        case {"type": "integer", "minimum": int(least)}:
            return max(least, 1)
        case {"type": "null"}:
            return None
    raise Unexemplified(where)


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
