"""What a service consumes: each message type with the function that makes commands of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.contracts.event import Event
from shared.decider import Actor, Command


@dataclass(frozen=True)
class Consumed:
    """What a command knows of its message: when it was published, by whom, and when it is handled, maybe later."""

    at: datetime
    actor: Actor
    handled_at: datetime


@dataclass(frozen=True)
class Addressed:
    """The command that a message becomes for one aggregate."""

    collection: str
    id: str
    command: Command


Subscriptions = Mapping[type[Event], Callable[[Any, Consumed], tuple[Addressed, ...]]]
