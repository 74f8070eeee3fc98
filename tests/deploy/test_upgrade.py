"""What the commit before has written, facts, states and messages, is read by this one; its golden samples say how it wrote them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.contracts.mra_exchange import PartnerRecord
from shared.decider import Json
from shared.messages import received
from tests.architecture.built import hears_of
from tests.architecture.source import ROOT, SERVICES
from tests.contracts.samples import HOME, collection_of, deciders, record
from tests.support.history import checked_out, say_if_missing

FOLDERS = ("facts", "states", "contracts")
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The samples of the commit before, by name."""
    inside = HOME.relative_to(ROOT)
    home = checked_out(tmp_path_factory.mktemp("before"), str(inside)) / inside
    found = {f"{folder}/{path.name}": path.read_bytes() for folder in FOLDERS for path in (home / folder).iterdir()}
    assert {Path(name).parent.name for name in found} == set(FOLDERS)
    return found


def of(before: dict[str, bytes], folder: str) -> dict[str, Json]:
    return {name: json.loads(sample) for name, sample in before.items() if name.startswith(folder)}


def test_a_golden_sample_is_never_changed(before: dict[str, bytes]) -> None:
    assert [name for name, sample in before.items() if not (HOME / name).exists() or (HOME / name).read_bytes() != sample] == []
    say_if_missing()


def test_every_fact_is_read_and_folds_into_every_state(before: dict[str, bytes]) -> None:
    for fact, told in of(before, "facts").items():
        for state, stored in of(before, "states").items():
            if collection_of(fact) == collection_of(state):
                decider = deciders()[collection_of(fact)]
                after = decider.evolve(decider.state(stored), decider.fact(told))
                assert decider.state(decider.states.dump_python(after, mode="json")) == after
    say_if_missing()


def test_every_message_is_read_by_whoever_hears_it(before: dict[str, bytes]) -> None:
    unread = [
        (service, name, message.defect)
        for name, sample in of(before, "contracts").items()
        for service in SERVICES
        if (message := received(record(sample), hears_of(service), AT)) and message.defect
    ]
    assert unread == []
    say_if_missing()


def test_a_record_to_partners_is_one_still(before: dict[str, bytes]) -> None:
    bodies = [sample["value"] for sample in of(before, "contracts").values() if ".partner." in sample["topic"] and sample["value"]]
    assert bodies
    assert [PartnerRecord.model_validate(body).model_dump(mode="json") for body in bodies] == bodies
    say_if_missing()
