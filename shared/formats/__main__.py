"""A process that opens one file: its media type is the argument, its bytes come in; out goes the code of a refusal."""

import os
import resource
import sys
from contextlib import suppress

from shared.formats import Unopened
from shared.formats.opening import open_as

MOST_MEMORY = 96_000_000
MOST_SECONDS = 10
_LIMITS = {
    resource.RLIMIT_DATA: MOST_MEMORY,
    resource.RLIMIT_CPU: MOST_SECONDS,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
}


def main(media_type: str) -> None:
    for limit, most in _LIMITS.items():
        with suppress(OSError, ValueError):  # where the system knows no such limit
            resource.setrlimit(limit, (most, most))
    os.nice(10)
    try:
        open_as(media_type, sys.stdin.buffer.read())
    except Unopened as unopened:
        print(unopened.code)  # noqa: T201 - what the process answers
    except MemoryError:
        os.write(sys.stdout.fileno(), b"file_too_complex")
        os._exit(0)  # an orderly end would need memory again


if __name__ == "__main__":
    main(*sys.argv[1:])
