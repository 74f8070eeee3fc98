"""A form with one file (RFC 7578), read as a stream: its fields first, then the file, which is kept nowhere else."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from fastapi import Request as HttpRequest
from fastapi.responses import Response
from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from shared.errors import Refused
from shared.pages.fields import EMPTY, Given, filled_in, gathered
from shared.pages.filled import Filled
from shared.pages.forms import Sent, divided, with_line_feeds
from shared.pages.visit import SignedVisit

FILE, NAME = "file", "name"
AT_THE_FILE = frozenset({"body", "Content-Type", NAME})
MOST_FIELDS = 100
MOST_FIELD_BYTES = 100_000


@dataclass(frozen=True)
class Head:
    """How a part begins: with the name of its field, and of its file if it is one; "" where none was chosen."""

    name: str
    filename: str | None


@dataclass(frozen=True)
class SentWithFile(Sent):
    """What a page has sent with one file; the file's own name is the field `name`, unless one is typed."""

    chunks: AsyncIterator[bytes]

    @property
    def refusable(self) -> Given:
        return {**self.given, **dict.fromkeys(AT_THE_FILE, EMPTY)}

    def placed(self, faults: Mapping[str, str]) -> Mapping[str, str]:
        """What is wrong with a file is so where it was chosen."""
        return {FILE if name in AT_THE_FILE else name: code for name, code in faults.items()}

    async def set_aside(self, visit: SignedVisit) -> Response | None:
        aside = await super().set_aside(visit)
        if aside:
            await self.drain()
        return aside

    async def tried(self, visit: SignedVisit, edge: Callable[[], Awaitable[object]]) -> Filled | None:
        refused = await super().tried(visit, edge)
        if refused:
            await self.drain()
        return refused

    async def drain(self) -> None:
        """Lets the rest of the file pass: a browser reads no answer before it has sent everything."""
        async for _ in self.chunks:
            pass


async def read_sent_with_file(request: HttpRequest) -> SentWithFile:
    """Reads as far as the beginning of the file. Raises Refused("malformed"), also where the file comes first."""
    parts = _parts(request)
    pairs = await _fields(parts)
    if not pairs:
        raise Refused("malformed", field="body")
    given, controls = divided(gathered(pairs))
    if not filled_in(given, NAME):
        given = {**given, NAME: given.get(FILE, ())}
    sent = SentWithFile(request.scope["route"].name, request.path_params, given, controls, _file(parts))
    request.state.sent = sent
    return sent


FileSent = Annotated[SentWithFile, Depends(read_sent_with_file)]

# --- part by part ---------------------------------------------------------------------------------


async def _fields(parts: AsyncIterator[Head | bytes]) -> list[tuple[str, str]]:
    """The fields before the file, and its name as that of the field in which it was chosen. Raises Refused."""
    read: list[tuple[str, bytearray]] = []
    left = MOST_FIELD_BYTES
    async for part in parts:
        if isinstance(part, bytes):
            read[-1][1].extend(part)
            left -= len(part)
        elif part.filename is None:
            read.append((part.name, bytearray()))
        elif part.name == FILE and read:
            read.append((FILE, bytearray(part.filename, "utf-8")))
            break
        else:
            raise Refused("malformed", field="body")
        if left < 0 or len(read) > MOST_FIELDS:
            raise Refused("malformed", field="body")
    return [(name, with_line_feeds(_decoded(bytes(value)))) for name, value in read]


async def _file(parts: AsyncIterator[Head | bytes]) -> AsyncIterator[bytes]:
    """The bytes of the file. Raises Refused("malformed") if anything follows it."""
    async for part in parts:
        if isinstance(part, Head):
            raise Refused("malformed", field="body")
        yield part


async def _parts(request: HttpRequest) -> AsyncIterator[Head | bytes]:
    """The head of each part, and its bytes as they come. Raises Refused("malformed")."""
    parser = _Parser(request.headers.get("content-type", ""))
    async for chunk in request.stream():
        for part in parser.read(chunk):
            yield part
    if not parser.is_whole:
        raise Refused("malformed", field="body")


class _Parser:
    """Cuts what comes into parts."""

    def __init__(self, content_type: str) -> None:
        """Raises Refused("malformed") without a boundary."""
        self.is_whole = False
        self._read: list[Head | bytes] = []
        self._name, self._value, self._disposition = b"", b"", b""
        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary:
            raise Refused("malformed", field="header.Content-Type")
        callbacks: Any = {
            "on_part_data": lambda data, start, end: self._read.append(data[start:end]),
            "on_header_field": self._on_name,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header,
            "on_headers_finished": self._on_head,
            "on_end": self._on_end,
        }
        self._parser = MultipartParser(boundary, callbacks)

    def read(self, chunk: bytes) -> list[Head | bytes]:
        """What has become whole with a chunk. Raises Refused("malformed")."""
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise Refused("malformed", field="body") from None
        read, self._read = self._read, []
        return read

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name, self._value = b"", b""

    def _on_head(self) -> None:
        """Raises Refused("malformed") for a part without a name."""
        options = parse_options_header(self._disposition)[1]
        self._disposition = b""
        if b"name" not in options:
            raise Refused("malformed", field="body")
        filename = options.get(b"filename")
        self._read.append(Head(_decoded(options[b"name"]), None if filename is None else _decoded(filename)))

    def _on_end(self) -> None:
        self.is_whole = True


def _decoded(value: bytes) -> str:
    """Raises Refused("malformed")."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise Refused("malformed", field="body") from None
