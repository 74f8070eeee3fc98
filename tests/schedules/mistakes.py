"""The fourteen mistakes that the model of the protocol knows, made in the kernel's own text.

Each is a change of a line or two of the real code; the fourteenth is one of whoever operates it.
"""

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import dedent
from typing import Any
from unittest.mock import patch

from shared.batch import Inbox
from shared.parking import Parking
from shared.publishers import Fenced, InOrder
from shared.relay import Relay
from shared.store.documents import Documents
from shared.store.parked import Parked

ONE_AT_A_TIME = """\
        while moving:
            outcomes = await _acknowledged([_send(producer, lane.topic, lane.entries[lane.acknowledged]) for lane in moving])
            for lane, acknowledged in zip(moving, outcomes, strict=True):
                lane.acknowledged += acknowledged
            failed |= not all(outcomes)
            moving = [lane for lane, went in zip(moving, outcomes, strict=True) if went and lane.acknowledged < len(lane.entries)]
"""
PIPELINED = """\
        for lane in moving:
            outcomes = await _acknowledged([_send(producer, lane.topic, entry) for entry in lane.entries])
            lane.acknowledged = {counted}
            failed |= not all(outcomes)
"""
PREFIX = "[*outcomes, False].index(False)"
LAST = "len(outcomes) - [*reversed(outcomes), True].index(True)"


@dataclass(frozen=True)
class Mistake:
    """What the text of one function says, and what it says by mistake; or that journals are said again beside live services."""

    name: str
    owner: type[Any] | None = None
    function: str = ""
    changes: tuple[tuple[str, str], ...] = ()

    @contextmanager
    def made(self) -> Iterator[None]:
        """The kernel with this mistake in it."""
        if self.owner is None:
            yield
        else:
            with patch.object(self.owner, self.function, _altered(self.owner.__dict__[self.function], self.changes)):
                yield


MISTAKES = (
    Mistake("a relay sends only the fact it was woken for", Relay, "_read", (("in entries]", "in entries[-1:]]"),)),
    Mistake(
        "all up to the last acknowledged message are pulled",
        InOrder,
        "publish",
        ((ONE_AT_A_TIME, PIPELINED.format(counted=LAST)),),
    ),
    Mistake("a pull empties the outbox", Documents, "pull", (('{"$pull": {"outbox": {"sequence": {"$in": list(done)}}}', '{"$set": {"outbox": []}'),)),
    Mistake("nothing is parked behind", Inbox, "_decide", ((" or message.key in plan.queues", ""),)),
    Mistake("an emptied queue is deleted though something waits in it", Parked, "close", ((', "queue": []', ""),)),
    Mistake("a redrive pops whatever is first", Parked, "pop", ((', "queue.0.id": head.id', ""),)),
    Mistake("a lost race in a bulk is not noticed", Documents, "write_all", (("written + len(defects) < len(changes)", "False"),)),
    Mistake("a redrive does not ask the watermark", Inbox, "_apply", (("if envelope.sequence > work.heard.get(envelope.publisher, 0)", "if True"),)),
    Mistake(
        "messages are sent without waiting, and the prefix is pulled",
        InOrder,
        "publish",
        ((ONE_AT_A_TIME, PIPELINED.format(counted=PREFIX)),),
    ),
    Mistake(
        "a record is parked before the write",
        Inbox,
        "_attempt",
        (("        await self._park(plan, parked)\n", ""), ("        defects = ", "        await self._park(plan, parked)\n        defects = ")),
    ),
    Mistake("followers open a queue that is gone", Parked, "push", (("            raise StaleVersion", "            await self.open(key, [one])"),)),
    Mistake("a discard leaves the watermark where it is", Parking, "discard", (("await self._pass_over(message)", "pass"),)),
    Mistake("journals are said again beside live services"),
    Mistake("any number of relays write to partners", Fenced, "__init__", (("transactional_id=service", 'transactional_id=f"{service} {id(self)}"'),)),
)


def _altered(function: Callable[..., Any], changes: tuple[tuple[str, str], ...]) -> Callable[..., Any]:
    """A function whose text is changed; fails where the text is no longer there."""
    text = inspect.getsource(function)
    for before, after in changes:
        assert text.count(before) == 1, f"{function.__qualname__} does not say {before!r} once"
        text = text.replace(before, after)
    made: dict[str, Any] = {}
    exec(dedent(text), sys.modules[function.__module__].__dict__, made)  # noqa: S102 - our own text
    altered: Callable[..., Any] = made[function.__name__]
    return altered
