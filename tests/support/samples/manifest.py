"""The digests of all that was ever stored or published: golden samples, and the schemas of facts and states.

Entries are added and never change. A sample counts by its bytes. A shape that older code would refuse to read must
have a new version, and an upcaster to it.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from deploy.cli.contracts import whole
from shared.decider import Decider
from shared.model import Json
from tests.support.samples.golden import HOME, deciders, members

FILE = "manifest.json"
FOLDERS = ("contracts", "facts", "states")


def kept(home: Path = HOME) -> dict[str, str]:
    """The digests in the manifest."""
    found: dict[str, str] = json.loads((home / FILE).read_text("utf-8"))
    return found


def samples(home: Path = HOME) -> dict[str, str]:
    """The digests of the samples that lie there, by name."""
    return {
        f"{folder}/{path.name}": sha256(path.read_bytes()).hexdigest()
        for folder in FOLDERS
        for path in (home / folder).glob("*.json")
    }


def shapes(aggregates: Mapping[str, Decider[Any, Any, Any]] | None = None) -> dict[str, str]:
    """The digest of the schema of every fact and state, by collection, kind or status, and version."""
    return {
        name: digest
        for collection, decider in (aggregates or deciders()).items()
        for name, digest in _shapes(collection, decider)
    }


def differing(kept: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What is not as it was kept: changed, or never kept."""
    return sorted(name for name, digest in now.items() if kept.get(name) != digest)


def keep(home: Path = HOME) -> None:
    """Adds to the manifest what is new."""
    then = kept(home) if (home / FILE).exists() else {}
    every = dict(sorted((samples(home) | shapes() | then).items()))
    (home / FILE).write_text(json.dumps(every, indent=2) + "\n", "utf-8")


def _shapes(collection: str, decider: Decider[Any, Any, Any]) -> Iterator[tuple[str, str]]:
    for sort, union, discriminator in (("fact", decider.facts, "kind"), ("state", decider.states, "status")):
        for value, model in members(union, discriminator):
            parts = (collection, value, f"v{model['properties']['v']['default']}")
            yield f"shape of {sort} {'.'.join(part for part in parts if part)}", _digest(model)


def _digest(model: Json) -> str:
    return sha256(json.dumps(whole(model), sort_keys=True).encode()).hexdigest()
