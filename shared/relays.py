"""The joint between a write and the relays: every relay of the process is handed what was written into outboxes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from shared.model import Json


@dataclass(frozen=True)
class NewEntries:
    """What one write put into an outbox, as it is and as it is stored; `whole`: there was nothing in it before."""

    entries: tuple[Json, ...]
    encoded: tuple[bytes, ...]
    whole: bool


class Notifiable(Protocol):
    """A relay, as the writer knows it."""

    def notify(self, collection: str, written: Mapping[str, NewEntries]) -> None:
        """Notifies it of what was written into the outboxes of these documents."""


class Relays:
    """The relays of one process. Relays of other processes find the same facts by their sweep."""

    def __init__(self, *relays: Notifiable) -> None:
        self._relays = list(relays)

    def subscribe(self, relay: Notifiable) -> None:
        """From now on this relay is notified too."""
        self._relays.append(relay)

    def notify(self, collection: str, written: Mapping[str, NewEntries]) -> None:
        """Notifies every relay of what was written into the outboxes of these documents."""
        for relay in self._relays:
            relay.notify(collection, written)
