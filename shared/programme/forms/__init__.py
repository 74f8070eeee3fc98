"""What people type, field by field: read strictly at the edge, and never a class that is stored (programme 9)."""

from dataclasses import dataclass
from typing import TypeVar

from shared.model import Model

Stored = TypeVar("Stored", bound=Model)


class Chosen:
    """Beside a type (Annotated): pages offer its values, and nobody types one."""


@dataclass(frozen=True)
class Declared:
    """Beside a truth value (Annotated): what is asked for is refused without it, with this code."""

    refusal: str


class Form(Model):
    """What a person fills in. It is stricter than what is stored, so that what was stored before stays readable."""

    def into(self, stored: type[Stored]) -> Stored:
        """The value that commands and facts carry."""
        return stored.model_validate(self.model_dump())
