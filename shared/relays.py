"""The joint between a write and the relays: after a write, every relay of the process is woken for the document."""

from collections.abc import Iterable
from typing import Protocol


class Wakeable(Protocol):
    """A relay, as the writer knows it."""

    def wake(self, collection: str, ids: Iterable[str]) -> None:
        """Notifies it that facts were written into the outboxes of these documents."""


class Relays:
    """The relays of one process. Relays of other processes find the same facts by their sweep."""

    def __init__(self, *relays: Wakeable) -> None:
        self._relays = list(relays)

    def subscribe(self, relay: Wakeable) -> None:
        """From now on this relay is woken too."""
        self._relays.append(relay)

    def wake(self, collection: str, ids: Iterable[str]) -> None:
        """Notifies every relay that facts were written into the outboxes of these documents."""
        for relay in self._relays:
            relay.wake(collection, ids)
