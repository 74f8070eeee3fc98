"""A process that opens files, each in a child of its own, so that what opens them is imported once.

Its standard input is a socket. Over it come, for each file, the media type and a connection; over that come the bytes,
and back goes the code of a refusal, `opened`, or `defect`. It ends when the socket is closed.
"""

import os
import resource
import signal
import socket
from contextlib import suppress

from shared.formats import Unopened
from shared.formats.opening import open_as

LONGEST_TYPE = 200  # bytes
MOST_MEMORY = 96_000_000
MOST_SECONDS = 10
MOST_WAITED_SECONDS = 30
_LIMITS = {
    resource.RLIMIT_DATA: MOST_MEMORY,
    resource.RLIMIT_CPU: MOST_SECONDS,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
}


def main(control: socket.socket) -> None:
    import shared.formats.pdf  # noqa: F401, PLC0415 - every child has it then

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries the children
    while True:
        media_type, connections, _, _ = socket.recv_fds(control, LONGEST_TYPE, 1)
        if not connections:
            return
        with socket.socket(fileno=connections[0]) as connection:
            if os.fork() == 0:
                control.close()
                _answer(media_type.decode(), connection)


def _answer(media_type: str, connection: socket.socket) -> None:
    """Opens one file, answers, and ends the process; an orderly end might need more memory than there is."""
    signal.alarm(MOST_WAITED_SECONDS)
    for limit, most in _LIMITS.items():
        with suppress(OSError, ValueError):  # where the system knows no such limit
            resource.setrlimit(limit, (most, most))
    os.nice(10)
    code = b"opened"
    try:
        with connection.makefile("rb") as content:
            open_as(media_type, content.read())
    except Unopened as unopened:
        code = unopened.code.encode()
    except MemoryError:
        code = b"file_too_complex"
    except Exception:  # noqa: BLE001 - ours: the reason is not for whoever sent the file
        code = b"defect"
    finally:
        connection.send(code)
        os._exit(0)


if __name__ == "__main__":
    main(socket.socket(fileno=0))
