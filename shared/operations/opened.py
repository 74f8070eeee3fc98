"""A parked record with its bytes, as people read them."""

from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass
from json import dumps, loads

from shared.operations import ParkedRecord

MOST_SHOWN = 20_000


@dataclass(frozen=True)
class OpenedRecord:
    """Its headers and its value as text: JSON is indented, what is no text has escapes. `size`: its bytes."""

    record: ParkedRecord
    headers: tuple[tuple[str, str], ...]
    text: str
    size: int

    @property
    def is_cut(self) -> bool:
        return len(self.text) > MOST_SHOWN

    @property
    def shown(self) -> str:
        return self.text[:MOST_SHOWN]


def opened(record: ParkedRecord) -> OpenedRecord:
    """A record that is shown with its bytes, as people read them."""
    value = b64decode(record.value or "")
    text = value.decode(errors="backslashreplace")
    with suppress(ValueError, RecursionError):
        text = dumps(loads(text), indent=2, ensure_ascii=False).encode(errors="backslashreplace").decode()
    headers = ((name, b64decode(header or "").decode(errors="backslashreplace")) for name, header in record.headers)
    return OpenedRecord(record, tuple(headers), text, len(value))
