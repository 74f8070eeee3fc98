"""Small disks: a file system in memory that is filled up and emptied again. Only root may make one."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path

MEGABYTE = 1 << 20


def may_mount() -> bool:
    return (
        os.geteuid() == 0
        and subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0
    )


@contextmanager
def small_disk(path: Path, megabytes: int) -> Iterator[Path]:
    """A file system of this size, mounted there."""
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(path)], check=True)
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Nothing more can be written there: a file takes all that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        try:
            while True:
                file.write(bytes(MEGABYTE))
                file.flush()
        except OSError as filled:
            if filled.errno != ENOSPC:
                raise
    try:
        yield
    finally:
        ballast.unlink()
