"""Lives of invented aggregates as a release journals and stores them, kept beside its wheel (`make release`)."""

import gzip
import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from shared.handling import Work
from shared.model import Json
from tests.support.builders import intake, review, risk, site_validation
from tests.support.samples.golden import HOME, deciders
from tests.support.samples.life import APPLICATION, MEMBER, Life, life_of
from tests.support.samples.lives import LIVES

BEFORE = HOME.parent / "before"
FILE = "lives.json.gz"
SHORTER: tuple[Life, ...] = tuple(
    Life(collection, aggregate_id, tuple(commands))
    for collection, aggregate_id, lives in (
        ("companies", MEMBER, intake.LIVES),
        ("cases", APPLICATION, review.LIVES),
        ("assessments", APPLICATION, risk.LIVES),
        ("validations", APPLICATION, site_validation.LIVES),
    )
    for commands in lives.values()
)


def read(release: str) -> list[Json]:
    """The lives of a release: `facts` as journalled, and `states` as stored after so many of them."""
    lives: list[Json] = json.loads(gzip.decompress((BEFORE / release / FILE).read_bytes()))
    return lives


def as_stored(life: Life) -> Json:
    """One life as this code journals and stores it: every state that it comes to."""
    works = [last for _, (*_, last) in groupby(life_of(life), key=lambda work: len(work.entries))]
    return {
        "collection": life.collection,
        "start": works[0].loaded.state,
        "facts": [*_facts(works[-1])],
        "states": [_state(life, work) for work in works],
    }


def _facts(work: Work[Any]) -> Iterator[Json]:
    return (json.loads(entry["fact"]) for entry in work.entries)


def _state(life: Life, work: Work[Any]) -> Json:
    decider = deciders()[life.collection]
    return {"facts": len(work.entries), "state": decider.states.dump_python(work.state or decider.absent, mode="json")}


def keep(release: Path) -> None:
    """Writes the lives of this code beside its wheel, of the shorter ones the last state alone."""
    shorter = ({**life, "states": life["states"][-1:]} for life in map(as_stored, SHORTER))
    lives = [*map(as_stored, LIVES), *shorter]
    release.mkdir(parents=True, exist_ok=True)
    (release / FILE).write_bytes(gzip.compress(json.dumps(lives, separators=(",", ":")).encode(), mtime=0))
