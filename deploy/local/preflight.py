"""Prints what this machine lacks, before anything is installed, each with its cure. Exit code 1 on a lack.

Uses only the standard library and what Python 3.6 understands, so that it runs on a Python that is too old.
"""

import ctypes
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple

OLDEST_PYTHON = (3, 11)
GIGABYTE = 10**9
NEEDED_BYTES = 1.5 * GIGABYTE
FIXED_PORTS = 7
FIRST_PORTS = range(1024, 65_536 - FIXED_PORTS + 1)
SMALL_PACKAGE = "iniconfig"
PATIENCE_SECONDS = 60
LINUX = sys.platform == "linux"


class Lack(NamedTuple):
    """What this machine lacks, and what cures it."""

    what: str
    cure: str


def python_too_old(version: Sequence[int]) -> Optional[Lack]:
    found, needed = (".".join(map(str, numbers)) for numbers in (version, OLDEST_PYTHON))
    if tuple(version) >= OLDEST_PYTHON:
        return None
    return Lack(
        f"this is Python {found}, and {needed} or newer is needed",
        f"install one, then say: make PYTHON=python{needed} setup",
    )


def venv_missing(*, has_venv: bool) -> Optional[Lack]:
    return None if has_venv else Lack("Python has no venv module", "Debian, Ubuntu: apt-get install python3-venv")


def make_missing(path: Optional[str]) -> Optional[Lack]:
    return None if path else Lack("make is not installed", "Debian, Ubuntu: apt-get install make")


def libcurl_missing(*, loads: bool) -> Optional[Lack]:
    return None if loads else Lack("the library libcurl4 is not installed", "Debian, Ubuntu: apt-get install libcurl4")


def musl(libc: str) -> Optional[Lack]:
    if libc == "glibc":
        return None
    return Lack(
        "the system's C library is not glibc (it may be musl)", "use Debian, Ubuntu or Fedora, or docker compose up"
    )


def no_avx(machine: str, flags: Sequence[str]) -> Optional[Lack]:
    if machine != "x86_64" or "avx" in flags:
        return None
    return Lack(
        "the processor has no AVX, which mongod needs",
        "use another machine, or set TT_MONGO to a replica set elsewhere",
    )


def disk_full(free: int) -> Optional[Lack]:
    if free >= NEEDED_BYTES:
        return None
    return Lack(f"{free / GIGABYTE:.1f} GB of disk are free here, and 1.5 are needed", "free some, or use another disk")


def memory_short(available: Optional[int]) -> Optional[Lack]:
    if available is None or available >= NEEDED_BYTES:
        return None
    return Lack(
        f"{available / GIGABYTE:.1f} GB of memory are free, and 1.5 are needed",
        "end other programs, or raise the limit",
    )


def no_execution(*, executes: bool) -> Optional[Lack]:
    return None if executes else Lack("this file system forbids execution (noexec)", "put the project on another one")


def no_package_index(error: Optional[str]) -> Optional[Lack]:
    if error is None:
        return None
    return Lack(
        f"no package index is within reach ({error})",
        "check the network, the proxy and pip's configuration: pip config list",
    )


def first_port_unfit(value: str) -> Optional[Lack]:
    """`value` is TT_FIRST_PORT; empty, any free ports are taken."""
    if not value:
        return None
    if not value.isdecimal() or int(value) not in FIRST_PORTS:
        return Lack(
            f"TT_FIRST_PORT is no number from {min(FIRST_PORTS)} to {max(FIRST_PORTS)}", "change it, or unset it"
        )
    return ports_taken(int(value))


def ports_taken(first: int) -> Optional[Lack]:
    taken = [port for port in range(first, first + FIXED_PORTS) if not is_free(port)]
    if not taken:
        return None
    return Lack(
        f"ports are taken on 127.0.0.1: {', '.join(map(str, taken))}",
        "end what listens there, or change TT_FIRST_PORT or --port",
    )


def is_free(port: int) -> bool:
    """Whether this port of 127.0.0.1 can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def lacks() -> Iterator[Lack]:
    """Everything that this machine lacks; the package index is tried wherever there is a pip, or can be one."""
    has_venv = _has_venv()
    found = [
        python_too_old(sys.version_info[:2]),
        venv_missing(has_venv=has_venv),
        make_missing(shutil.which("make")),
        libcurl_missing(loads=not LINUX or _loads("libcurl.so.4")),
        musl(platform.libc_ver()[0] if LINUX else "glibc"),
        no_avx(platform.machine(), _processor_flags()),
        disk_full(shutil.disk_usage(".").free),
        memory_short(available_memory()),
        no_execution(executes=_executes()),
        no_package_index(_index_error(may_make_pip=has_venv)),
        first_port_unfit(os.environ.get("TT_FIRST_PORT", "")),
    ]
    return (lack for lack in found if lack)


def main() -> int:
    found = list(lacks())
    for lack in found:
        print(f"- {lack.what}\n  {lack.cure}", file=sys.stderr)
    return 1 if found else 0


def _has_venv() -> bool:
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian ships venv without it
        import venv  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _processor_flags() -> List[str]:
    if not LINUX:
        return ["avx"]
    with open("/proc/cpuinfo") as information:
        return next((line.split() for line in information if line.startswith("flags")), [])


def available_memory(root: str = "") -> Optional[int]:
    """The bytes of the machine, or of the container where it may use less. None where the system does not show them."""
    readings = [_number(f"{root}/proc/meminfo", "MemAvailable:", 1024)]
    group = f"{root}/sys/fs/cgroup/memory"
    limit, used, given_back = (
        _number(f"{group}.max"),
        _number(f"{group}.current"),
        _number(f"{group}.stat", "inactive_file"),
    )
    if limit is not None and used is not None:
        readings.append(limit - used + (given_back or 0))
    return min((reading for reading in readings if reading is not None), default=None)


def _number(path: str, label: str = "", unit: int = 1) -> Optional[int]:
    try:
        with open(path) as readings:
            fields = next(line for line in readings if line.startswith(label))[len(label) :].split()
        return int(fields[0]) * unit
    except (OSError, ValueError, StopIteration):
        return None


def _executes() -> bool:
    handle, path = tempfile.mkstemp(dir=".", text=True)
    try:
        with open(handle, "w") as script:
            script.write("#!/bin/sh\n")
        os.chmod(path, 0o700)
        return subprocess.call([path]) == 0
    except OSError:
        return False
    finally:
        os.unlink(path)


def _index_error(*, may_make_pip: bool) -> Optional[str]:
    """The error of pip, else of a fresh environment's pip, at a small package; None if it succeeds, or without pip."""
    with tempfile.TemporaryDirectory() as scratch:
        pip = [sys.executable, "-m", "pip"]
        if not _runs([*pip, "--version"])[0]:
            if not may_make_pip:
                return None
            _runs([sys.executable, "-m", "venv", scratch])
            pip = [os.path.join(scratch, "bin", "pip")]
        download = [
            "download",
            "--quiet",
            "--no-deps",
            "--no-cache-dir",
            "--retries",
            "1",
            "--timeout",
            "10",
            "--dest",
            scratch,
        ]
        reached, output = _runs([*pip, *download, SMALL_PACKAGE])
    return None if reached else (output.strip().splitlines() or ["it does not answer"])[-1]


def _runs(command: Sequence[str]) -> Tuple[bool, str]:
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        return False, type(failure).__name__
    return done.returncode == 0, done.stdout.decode(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
