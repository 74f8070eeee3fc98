"""A partition is held until its record is handled, and is tried again now and then while it stays assigned."""

import pytest

from shared.bus import held
from shared.bus.held import HeldPartitions, Hold
from shared.store.parked import Partition

FULL, NEWER = Hold(7, "parking_full"), Hold(3, "version_newer")
FIRST: Partition = ("topic", 0)
SECOND: Partition = ("topic", 1)


@pytest.fixture
def partitions() -> HeldPartitions:
    made = HeldPartitions()
    made.hold(FIRST, FULL)
    made.hold(SECOND, NEWER)
    return made


def test_it_is_tried_again_after_a_while_and_stays_held_meanwhile(
    partitions: HeldPartitions, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert partitions.due([FIRST, SECOND]) == []
    monkeypatch.setattr(held, "HELD_SECONDS", -1.0)
    assert partitions.due([FIRST, SECOND]) == [FIRST, SECOND]
    assert partitions.reasons() == {"parking_full", "version_newer"}


def test_what_is_held_again_waits_anew(partitions: HeldPartitions, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 4.0, 6.0, 6.0]).__next__
    monkeypatch.setattr(held, "monotonic", clock)
    partitions.hold(FIRST, FULL)
    partitions.hold(FIRST, FULL)
    assert FIRST not in partitions.due([FIRST, SECOND])


def test_what_was_handled_or_is_assigned_to_another_is_held_no_longer(partitions: HeldPartitions) -> None:
    partitions.release([FIRST])
    assert partitions.reasons() == {"version_newer"}
    partitions.due([FIRST])
    assert len(partitions) == 0
