"""A document as an answer (RFC 9110): the whole, one range of it, or nothing where the caller has it already."""

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header

from shared.contracts.intake import Document
from shared.errors import Refused
from shared.formats.names import content_disposition

_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.IGNORECASE | re.ASCII)
HARMLESS = "sandbox; default-src 'none'; frame-ancestors 'self'"  # whatever is in a file, it does nothing in our pages
_ETAG = '"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"'


@dataclass(frozen=True)
class DownloadHeaders:
    """The headers with which a caller asks for less than the whole."""

    if_none_match: Annotated[str | None, Header(description="ETags of what you have already", examples=[_ETAG])] = None
    range: Annotated[str | None, Header(description="one range of bytes", examples=["bytes=0-99"])] = None
    if_range: Annotated[str | None, Header(description="the ETag to which the range belongs", examples=[_ETAG])] = None


@dataclass(frozen=True)
class Part:
    """Where a part of a document starts, and how long it is."""

    start: int
    length: int


def headers_of(document: Document) -> dict[str, str]:
    """What every answer says of a document. It never changes, so its SHA-256 is its ETag."""
    return {
        "Accept-Ranges": "bytes",
        "Content-Security-Policy": HARMLESS,
        "Content-Disposition": content_disposition(document.name, document.media_type),
        "ETag": f'"{document.sha256}"',
        "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(document.sha256)).decode()}:",
    }


def is_known(document: Document, asked: DownloadHeaders) -> bool:
    """Whether the caller has the document already."""
    etags = [etag.strip().removeprefix("W/") for etag in (asked.if_none_match or "").split(",")]
    return "*" in etags or f'"{document.sha256}"' in etags


def part_of(document: Document, asked: DownloadHeaders) -> Part | None:
    """The range that is asked for; None means the whole, as for several ranges, and for one of another document.

    Raises Refused("range_not_satisfiable") for a range in which there is nothing.
    """
    span = _RANGE.fullmatch(asked.range or "")
    if span is None or asked.if_range not in {None, f'"{document.sha256}"'}:
        return None
    first, last, from_the_end = span.groups()
    if last and int(last) < int(first):
        return None
    start = int(first) if first else max(0, document.size - int(from_the_end))
    end = min(int(last) + 1, document.size) if last else document.size
    if start >= end:
        size = {"Content-Range": f"bytes */{document.size}"}
        raise Refused("range_not_satisfiable", field="header.Range", headers=size)
    return Part(start, end - start)
