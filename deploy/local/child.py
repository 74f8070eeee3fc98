"""Becomes the given command, which ends when the process that started it ends (on Linux alone).

Run as a script, because the kernel signals only the process that has asked for it:
`child.py <parent's pid> <command> ...`.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit("the process that started this one has ended already")
    os.execvp(command[0], command)  # noqa: S606 - no shell is needed


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
