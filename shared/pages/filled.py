"""A form as a page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from shared.pages.fields import Given
from shared.pages.stale import seen_in


def fresh_key() -> str:
    """The key of a form that is shown: sent twice, it is done once."""
    return str(uuid4())


@dataclass(frozen=True)
class Filled:
    """The values of a form, and what is wrong with which of them, by code; `""` is the form as a whole.

    `seen`: the digests of what its page first showed, if that is not what it shows now; `theirs`: what others have made
    of fields that were typed in, too; `kept_at`: when the values were kept as a draft, if they are one.
    """

    given: Given = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    key: str = field(default_factory=fresh_key)
    act: str = ""
    seen: str | None = None
    theirs: Given = field(default_factory=dict)
    kept_at: datetime | None = None

    @property
    def digests(self) -> str:
        """Of what its reader has seen in each field, to be sent with the form."""
        return seen_in(self.given) if self.seen is None else self.seen

    def value(self, name: str) -> str:
        return (self.given.get(name) or ("",))[-1]

    def values(self, name: str) -> tuple[str, ...]:
        return self.given.get(name, ())

    def fault(self, name: str) -> str | None:
        return self.faults.get(name)
