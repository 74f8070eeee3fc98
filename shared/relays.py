"""The joint between a write and the relays: whoever writes facts into an outbox wakes every relay of its process."""

from collections.abc import Iterable
from typing import Protocol


class Wakeable(Protocol):
    """A relay, as the writer knows it."""

    def wake(self, collection: str, ids: Iterable[str]) -> None:
        """Facts were written into the outboxes of these documents."""


class Relays:
    """The relays of one process. A relay that is in another process finds the same facts by its sweep."""

    def __init__(self, *relays: Wakeable) -> None:
        self._relays = list(relays)

    def subscribe(self, relay: Wakeable) -> None:
        """From now on this relay is woken too."""
        self._relays.append(relay)

    def wake(self, collection: str, ids: Iterable[str]) -> None:
        """Has every relay carry what was written into the outboxes of these documents."""
        for relay in self._relays:
            relay.wake(collection, ids)
