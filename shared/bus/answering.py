"""When the broker last answered: a server that takes connections and answers nothing is not there."""

from time import monotonic

SILENT_SECONDS = 10.0


class LastAnswer:
    """The last moment at which the broker answered; before the first answer it counts as silent."""

    def __init__(self) -> None:
        self._at = float("-inf")

    def note(self) -> None:
        """The broker has answered just now."""
        self._at = monotonic()

    def is_recent(self) -> bool:
        """Whether the broker has answered within the last seconds."""
        return monotonic() - self._at < SILENT_SECONDS
