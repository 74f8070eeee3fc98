"""The stages of an application in words, as the kit draws them."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.intake.views.overview.track import Step
from shared.i18n import Language
from shared.pages import typography
from shared.pages.rendering import Renderer


@dataclass(frozen=True)
class Stage:
    """One stage: over, going on or still to come."""

    title: str
    text: str
    state: str


def stages(track: Iterable[Step], words: Renderer, language: Language) -> tuple[Stage, ...]:
    return tuple(_stage(step, words, language) for step in track)


def _stage(step: Step, words: Renderer, language: Language) -> Stage:
    title = words.phrase(f"stages.{step.name}.title", language)
    if step.day:
        key = "overview.on_day" if step.state == "done" else "overview.since"
        return Stage(title, words.phrase(key, language, day=typography.day(step.day, language)), step.state)
    return Stage(title, "" if step.state == "done" else words.phrase(f"stages.{step.name}.text", language), step.state)
