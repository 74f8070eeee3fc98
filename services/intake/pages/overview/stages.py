"""The stages of an application in words, as the kit draws them."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.intake.views.overview.track import Step
from shared.pages import typography
from shared.pages.visits import Visit


@dataclass(frozen=True)
class Stage:
    """One stage: over, going on or still to come."""

    title: str
    text: str
    state: str


def stages(track: Iterable[Step], visit: Visit) -> tuple[Stage, ...]:
    return tuple(_stage(step, visit) for step in track)


def _stage(step: Step, visit: Visit) -> Stage:
    words, language = visit.renderer.say, visit.language
    title = words(f"stages.{step.name}.title", language)
    if step.day is None:
        return Stage(title, words(f"stages.{step.name}.text", language), step.state)
    key = "overview.on_day" if step.state == "done" else "overview.since"
    return Stage(title, words(key, language, day=typography.day(step.day, language)), step.state)
