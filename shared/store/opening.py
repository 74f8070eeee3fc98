"""Opens a stored file before it is accepted, in a process of its own: bounded, and without the secrets of this one."""

import asyncio
import atexit
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from shared.errors import Refused
from shared.store.files import Files, Saved

MOST_SECONDS = 30.0
_LONGEST_CODE = 100  # bytes
ENVIRONMENT = {"PYTHONPATH": str(Path(__file__).parents[2])}
_turn = asyncio.Semaphore(1)


async def require_opened(files: Files, saved: Saved, media_type: str) -> None:
    """Raises Refused with the reason for which the file cannot be opened as this type. One file is opened at a time."""
    async with _turn:
        with _handed_over(media_type) as ours:
            try:
                async with asyncio.timeout(MOST_SECONDS):
                    code = await _answer(ours, files, saved)
            except TimeoutError:
                code = "file_too_complex"
    if code == "defect":
        raise RuntimeError("shared.formats has a defect")
    if code != "opened":
        raise Refused(code, field="Content-Type" if code == "type_not_allowed" else "body")


async def _answer(ours: socket.socket, files: Files, saved: Saved) -> str:
    """What the process says of the file; nothing, if the system has stopped it because it needed too much."""
    reader, writer = await asyncio.open_connection(sock=ours)
    try:
        with suppress(ConnectionError):  # it has seen enough
            async for chunk in files.read(saved.file_id):
                writer.write(chunk)
                await writer.drain()
            writer.write_eof()
        return (await reader.read(_LONGEST_CODE)).decode() or "file_too_complex"
    except ConnectionError:
        return "file_too_complex"
    finally:
        writer.close()


@contextmanager
def _handed_over(media_type: str) -> Iterator[socket.socket]:
    """A connection to a new process that opens one file."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            try:
                _opener().hand_over(media_type, theirs)
            except ConnectionError:
                _opener().end()
                _opener.cache_clear()
                _opener().hand_over(media_type, theirs)
        yield ours


class _Opener:
    """The process that makes a process for each file. It ends with this one, at the latest."""

    def __init__(self) -> None:
        self._control, its = socket.socketpair()
        with its:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "shared.formats"],
                stdin=its.fileno(),
                stderr=subprocess.DEVNULL,
                env=ENVIRONMENT,
            )

    def hand_over(self, media_type: str, connection: socket.socket) -> None:
        """Raises ConnectionError if the process has ended."""
        socket.send_fds(self._control, [media_type.encode()], [connection.fileno()])

    def end(self) -> None:
        """Closes its socket, at which it ends."""
        self._control.close()
        self._process.wait()


@cache
def _opener() -> _Opener:
    opener = _Opener()
    atexit.register(opener.end)
    return opener
