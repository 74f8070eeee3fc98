"""CloudEvents 1.0 in Kafka's binary mode: how a message is addressed, written and read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5

from shared.contracts.event import Outgoing
from shared.errors import Defective
from shared.model import to_milliseconds

Headers = list[list[str]]
_CONTENT_TYPE = ["content-type", "application/json"]
_SPECVERSION = ["ce_specversion", "1.0"]
_TYPE = re.compile(r"^pip\.(?P<name>[A-Za-z]+)\.v(?P<version>[0-9]{1,4})$")
_REQUIRED = frozenset({"ce_id", "ce_source", "ce_subject", "ce_type", "ce_time", "ce_companyid", "ce_sequence"})
_KNOWN = _REQUIRED | {"ce_correlationid", "ce_traceparent"}


@dataclass(frozen=True)
class Origin:
    """Where a fact comes from: its aggregate, its number and moment, and what led to it."""

    source: str
    subject: str
    sequence: int
    at: datetime
    causation: str
    correlation: str
    traceparent: str | None = None


@dataclass(frozen=True)
class Envelope:
    """The headers of an internal message. `publisher` is the key of its watermark."""

    id: str
    source: str
    subject: str
    type: str
    time: datetime
    companyid: str
    sequence: int
    correlationid: str
    traceparent: str | None

    @property
    def publisher(self) -> str:
        return f"{self.source}/{self.subject}"


def inside(outgoing: Outgoing, origin: Origin) -> Headers:
    """The headers of an internal message."""
    headers = [
        _CONTENT_TYPE,
        _SPECVERSION,
        ["ce_id", f"{origin.subject}/{origin.sequence}"],
        ["ce_source", origin.source],
        ["ce_subject", origin.subject],
        ["ce_type", outgoing.type],
        ["ce_time", _time(origin.at, "milliseconds")],
        ["ce_dataschema", _schema(outgoing.type)],
        ["ce_companyid", outgoing.key],
        ["ce_sequence", str(origin.sequence)],
        ["ce_correlationid", origin.correlation],
        ["ce_causationid", origin.causation],
    ]
    return headers if origin.traceparent is None else [*headers, ["ce_traceparent", origin.traceparent]]


def to_partner(outgoing: Outgoing, origin: Origin) -> Headers:
    """The headers of the n-th message about a member to a foreign administration: a closed list (programme 2.4).

    Its sequence has leading zeros: the sequence extension of CloudEvents is ordered as text (decision 0028).
    """
    code = outgoing.topic.rpartition(".")[2]
    return [
        _CONTENT_TYPE,
        _SPECVERSION,
        ["ce_id", str(uuid5(NAMESPACE_URL, f"{code}/{outgoing.key}/{outgoing.n}"))],
        ["ce_source", "/" + origin.source.split("/")[1]],
        ["ce_type", outgoing.type],
        ["ce_time", _time(origin.at, "seconds")],
        ["ce_subject", outgoing.key],
        ["ce_dataschema", _schema(outgoing.type)],
        ["ce_sequence", f"{outgoing.n:019}"],
    ]


def read(headers: Mapping[str, bytes | None]) -> Envelope:
    """The envelope of a record. Raises Defective if a header is missing or unreadable; unknown headers are ignored."""
    try:
        given = {name: value.decode() for name in _KNOWN if (value := headers.get(name)) is not None}
        if not given.keys() >= _REQUIRED:
            raise Defective("header_missing")
        return Envelope(
            id=given["ce_id"],
            source=given["ce_source"],
            subject=given["ce_subject"],
            type=given["ce_type"],
            time=to_milliseconds(datetime.fromisoformat(given["ce_time"])),
            companyid=given["ce_companyid"],
            sequence=_positive(given["ce_sequence"]),
            correlationid=given.get("ce_correlationid", given["ce_id"]),
            traceparent=given.get("ce_traceparent"),
        )
    except (ValueError, OverflowError) as unreadable:
        raise Defective("header_unreadable") from unreadable


def _positive(number: str) -> int:
    """A number that a watermark can keep: from 1 on, of 63 bits."""
    if not 1 <= (value := int(number)) < 2**63:
        raise ValueError
    return value


@lru_cache(200)
def name_and_version(kind: str) -> tuple[str, int]:
    """The name and version in a type such as `pip.RiskAssessed.v1`. Raises Defective."""
    if not (parts := _TYPE.match(kind)):
        raise Defective("type_unreadable")
    return parts["name"], int(parts["version"])


@lru_cache(200)
def _schema(kind: str) -> str:
    return f"urn:trusted-trader:schema:{kind}"


def _time(moment: datetime, precision: str) -> str:
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")
