"""Lives through schedule after schedule until one breaks a promise."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.schedules.processes import begin
from tests.schedules.promises import broken
from tests.schedules.world import World


@dataclass(frozen=True)
class Found:
    """A schedule that breaks promises: its seed, its whole story, and which."""

    seed: int
    story: tuple[str, ...]
    promises: tuple[str, ...]

    def breaks(self, promise: str) -> bool:
        """Whether a promise of this name is among those that are broken."""
        return any(sentence.startswith(promise) for sentence in self.promises)

    def __str__(self) -> str:
        acts = (f"{number:4} {act}" for number, act in enumerate(self.story, 1))
        return "\n".join(("", *acts, f"Seed {self.seed} breaks", *self.promises))


def found_in(seed: int, *, replayed_beside: bool = False) -> Found | None:
    """Lives through the schedule of one seed; what it breaks, if anything."""
    world = World(seed)
    begin(world, replayed_beside=replayed_beside)
    rested = world.live()
    promises = tuple(broken(world)) if rested else (f"DEAD END: not at rest after {len(world.schedule.story)} acts",)
    world.schedule.finish()
    return Found(seed, tuple(world.schedule.story), promises) if promises else None


def first_found(seeds: Iterable[int], promise: str, *, replayed_beside: bool = False) -> Found | None:
    """The first of these schedules that breaks a promise of this name."""
    schedules = (found_in(seed, replayed_beside=replayed_beside) for seed in seeds)
    return next((found for found in schedules if found and found.breaks(promise)), None)
