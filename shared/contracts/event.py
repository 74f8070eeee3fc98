"""What every message has: its source, topic and type; and how a fact becomes an outgoing message."""

from collections.abc import Callable, Mapping
from typing import ClassVar, Self
from uuid import UUID

from pydantic_core import from_json

from shared.errors import VersionNewer
from shared.model import Json, Model


class Outgoing(Model):
    """A fact in the published language. `body`: JSON, None as a tombstone; `n`: its number for a partner and member."""

    topic: str
    key: str
    type: str
    body: str | None
    n: int | None = None


class Event(Model):
    """A message of the published language.

    `SOURCE` is the aggregate that publishes it, as ce_source. A parked one that is not `DISCARDABLE` must be mended.
    `UPCASTERS` lift the body of one version to the next, by the version before. `MOVED_FROM`: the topic on which
    releases of before published it; a service that consumes it passes over what stands there.
    """

    TOPIC: ClassVar[str]
    MOVED_FROM: ClassVar[str | None] = None
    SOURCE: ClassVar[str]
    VERSION: ClassVar[int] = 1
    DISCARDABLE: ClassVar[bool] = True
    UPCASTERS: ClassVar[Mapping[int, Callable[[Json], Json]]] = {}

    company_id: UUID

    @classmethod
    def name(cls) -> str:
        """Its name on the bus."""
        return cls.__name__

    @classmethod
    def type(cls) -> str:
        """The CloudEvents type, as `pip.ApplicationSubmitted.v1`."""
        return f"pip.{cls.name()}.v{cls.VERSION}"

    def outgoing(self) -> Outgoing:
        """The message as a fact leaves it in the outbox, keyed by company."""
        return Outgoing(topic=self.TOPIC, key=str(self.company_id), type=self.type(), body=self.model_dump_json())

    @classmethod
    def read(cls, body: bytes | str, version: int | None = None) -> Self:
        """What another service sent in this version or an earlier one; unknown fields are ignored.

        Raises VersionNewer, and ValueError if it cannot be read.
        """
        if version is None or version == cls.VERSION:
            return cls.model_validate_json(body, extra="ignore")
        if version > cls.VERSION:
            raise VersionNewer
        lifted = from_json(body)
        for earlier in range(version, cls.VERSION):
            lifted = cls.UPCASTERS[earlier](lifted)
        return cls.model_validate(lifted, extra="ignore", strict=False)


class Application(Model):
    """Which application, and which submission of it: what every message about one names (programme 2.1)."""

    company_id: UUID
    application_id: UUID
    submission: int

    @classmethod
    def of(cls, message: Model) -> Self:
        return cls.model_validate(message, from_attributes=True)
