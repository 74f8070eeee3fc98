"""What can go wrong, by whose fault: the caller's, a record's, another writer's, or the infrastructure's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

Detail = Mapping[str, str]


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The caller's mistake. The code is stable; problems.yaml has its status, and its sentence in both languages.

    `retry_after`: in what time the same request may be taken; `headers`: those that the answer has beside.
    """

    def __init__(
        self,
        code: str,
        *,
        field: str | None = None,
        details: Sequence[Detail] = (),
        retry_after: timedelta | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.details = tuple(details)
        self.retry_after = retry_after
        self.headers = headers or {}


@dataclass(frozen=True)
class RefusedWith:
    """Beside a type (Annotated): the codes with which a value of it may be refused when it is read."""

    codes: tuple[str, ...]

    def __init__(self, *codes: str) -> None:
        object.__setattr__(self, "codes", codes)


def raise_first(refusals: Iterable[Refused | None]) -> None:
    """Raises the first refusal, if any rule refuses."""
    for refused in refusals:
        if refused:
            raise refused


class Defective(Exception):  # noqa: N818 - a property of a record
    """A record on the bus that cannot be read or handled; the reason is a code, never the input."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StaleVersion(Exception):  # noqa: N818 - the standard name of a lost race
    """Another writer wrote the document first: load it again and decide again."""


class NotUnique(Exception):  # noqa: N818 - a property of a value
    """A unique index other than `_id` was violated: a refusal over HTTP, a defect from the bus."""

    def __init__(self, index: str) -> None:
        super().__init__(index)
        self.index = index


class Unavailable(Exception):  # noqa: N818 - a property of a server
    """A server is out of reach or out of room: nothing was decided, the same request may succeed later."""


class OutboxFull(Unavailable):
    """The outbox of one document is over its bound: it takes no more for now."""


class ParkingFull(Unavailable):
    """The bound of parked records or keys is reached: further ones hold their partitions."""


class Halted(Unavailable):
    """The outbox of one document contradicts the journal: it takes no command until that is mended."""


class VersionNewer(Unavailable):
    """What is stored or published is of a later version than this code, which neither reads it nor writes over it."""

    CODE = "version_newer"

    def __init__(self) -> None:
        super().__init__(self.CODE)
