"""How complete a part of the application is (programme 1.4): what it requires, what is missing, and where."""

from collections.abc import Iterable

from shared.model import Model

Item = tuple[str, str | None]  # where something is required, and the code of what is wrong there


class Missing(Model):
    where: str
    code: str


class Section(Model):
    required: int
    missing: tuple[Missing, ...]

    @property
    def percent(self) -> int:
        """Whole percents, rounded down: 100 only when nothing is missing."""
        return 100 * (self.required - len(self.missing)) // self.required if self.required else 100


def measured(items: Iterable[Item]) -> Section:
    """One part, measured."""
    required = tuple(items)
    return Section(
        required=len(required), missing=tuple(Missing(where=where, code=code) for where, code in required if code)
    )
