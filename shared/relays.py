"""The joint between a write and the relays: after a write, every relay of the process is notified of the document."""

from collections.abc import Iterable
from typing import Protocol


class Notifiable(Protocol):
    """A relay, as the writer knows it."""

    def notify(self, collection: str, ids: Iterable[str]) -> None:
        """Notifies it that facts were written into the outboxes of these documents."""


class Relays:
    """The relays of one process. Relays of other processes find the same facts by their sweep."""

    def __init__(self, *relays: Notifiable) -> None:
        self._relays = list(relays)

    def subscribe(self, relay: Notifiable) -> None:
        """From now on this relay is notified too."""
        self._relays.append(relay)

    def notify(self, collection: str, ids: Iterable[str]) -> None:
        """Notifies every relay that facts were written into the outboxes of these documents."""
        for relay in self._relays:
            relay.notify(collection, ids)
