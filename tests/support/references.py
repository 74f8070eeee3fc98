"""What the parts of a JSON document refer to within it."""

from collections.abc import Iterator
from typing import Any

from shared.model import Json


def references(node: Any) -> Iterator[str]:
    """Everything to which a document refers."""
    if isinstance(node, dict):
        yield from [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        node = list(node.values())
    for part in node if isinstance(node, list) else []:
        yield from references(part)


def found(root: Json, reference: str) -> Any:
    """What a reference leads to. Raises KeyError where it leads nowhere."""
    node: Any = {"#": root}
    for step in reference.split("/"):
        node = node[step.replace("~1", "/").replace("~0", "~")]
    return node
