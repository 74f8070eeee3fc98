"""Tries schedule after schedule until one breaks a promise."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.schedules.processes import begin
from tests.schedules.promises import broken
from tests.schedules.world import World


@dataclass(frozen=True)
class Found:
    """A schedule that breaks promises: its seed, which ones, and the whole story."""

    seed: int
    promises: tuple[str, ...]
    story: tuple[str, ...]

    def __str__(self) -> str:
        acts = (f"{n:4} {act}" for n, act in enumerate(self.story, 1))
        return "\n".join((f"seed {self.seed}", *acts, *self.promises))


def lived(seed: int, *, replayed_beside: bool = False) -> Found | None:
    """Lives through the schedule of one seed; what it breaks, if anything."""
    world = World(seed)
    begin(world, replayed_beside=replayed_beside)
    finished = world.live()
    promises = tuple(broken(world)) if finished else (f"DEAD END: not done after {len(world.schedule.story)} acts",)
    world.schedule.finish()
    return Found(seed, promises, tuple(world.schedule.story)) if promises else None
