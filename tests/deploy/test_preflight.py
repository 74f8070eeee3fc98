"""What this machine lacks is named at once, each lack with its cure."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pytest

from deploy.local import preflight
from deploy.local.preflight import Lack
from tests.support.source import SERVICES

PROGRAM = Path(preflight.__file__)
GB = 10**9
Check = Callable[[], Lack | None]


@pytest.mark.parametrize(
    ("lacking", "phrase", "cure", "sound"),
    [
        (partial(preflight.python_too_old, (3, 10)), "Python 3.10", "3.11", partial(preflight.python_too_old, (3, 11))),
        (
            partial(preflight.venv_missing, has_venv=False),
            "venv",
            "python3-venv",
            partial(preflight.venv_missing, has_venv=True),
        ),
        (
            partial(preflight.make_missing, None),
            "make",
            "install make",
            partial(preflight.make_missing, "/usr/bin/make"),
        ),
        (
            partial(preflight.libcurl_missing, loads=False),
            "libcurl4",
            "libcurl4",
            partial(preflight.libcurl_missing, loads=True),
        ),
        (partial(preflight.musl, ""), "musl", "Debian", partial(preflight.musl, "glibc")),
        (
            partial(preflight.no_avx, "x86_64", ["sse2"]),
            "AVX",
            "TT_MONGO",
            partial(preflight.no_avx, "x86_64", ["sse2", "avx"]),
        ),
        (partial(preflight.disk_full, GB), "1.0 GB of disk", "free some", partial(preflight.disk_full, 2 * GB)),
        (partial(preflight.memory_short, GB), "1.0 GB of memory", "end other", partial(preflight.memory_short, 2 * GB)),
        (
            partial(preflight.no_execution, executes=False),
            "noexec",
            "another",
            partial(preflight.no_execution, executes=True),
        ),
        (
            partial(preflight.no_package_index, "timed out"),
            "timed out",
            "pip config",
            partial(preflight.no_package_index, None),
        ),
    ],
)
def test_a_lack_is_named_with_its_cure(lacking: Check, phrase: str, cure: str, sound: Check) -> None:
    lack = lacking()
    assert lack is not None
    assert phrase in lack.what
    assert cure in lack.cure
    assert sound() is None


def test_what_cannot_be_read_is_no_lack() -> None:
    assert preflight.memory_short(None) is None
    assert preflight.no_avx("arm64", []) is None


def test_taken_ports_are_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        lack = preflight.first_port_unfit(str(port - 1))
    assert lack is not None
    assert str(port) in lack.what
    assert preflight.first_port_unfit("") is None


def test_as_many_ports_are_looked_at_as_issuer_services_and_gateway_take() -> None:
    assert len(SERVICES) + 2 == preflight.FIXED_PORTS


@pytest.mark.parametrize("given", ["abc", "1", "65533", "²"])
def test_what_is_no_first_port_is_named_and_not_repeated(given: str) -> None:
    assert preflight.first_port_unfit(given) == Lack(
        "TT_FIRST_PORT is no number from 1024 to 65529", "change it, or unset it"
    )


def test_every_lack_is_named_at_once_and_the_exit_code_is_1(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        done = run({"PATH": str(tmp_path), "TT_FIRST_PORT": str(port), **an_index(tmp_path)})
    assert done.returncode == 1
    for phrase in ("make is not installed", "no package index", str(port)):
        assert phrase in done.stderr


def test_a_sound_machine_passes_in_silence(tmp_path: Path) -> None:
    wheel(tmp_path)
    done = run(an_index(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_venv_the_index_is_asked_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "venv.py").write_text("raise ImportError")

    done = run({"PYTHONPATH": str(tmp_path), **an_index(tmp_path)})

    assert done.returncode == 1
    for phrase in ("no venv module", "no package index"):
        assert phrase in done.stderr


def test_memory_that_the_container_gives_back_is_free(tmp_path: Path) -> None:
    proc, group = tmp_path / "proc", tmp_path / "sys" / "fs" / "cgroup"
    proc.mkdir()
    group.mkdir(parents=True)
    (proc / "meminfo").write_text(f"MemAvailable: {8 * GB // 1024} kB\n")
    (group / "memory.max").write_text(f"{4 * GB}\n")
    (group / "memory.current").write_text(f"{3 * GB}\n")
    (group / "memory.stat").write_text(f"anon {GB}\ninactive_file {2 * GB}\n")

    assert preflight.available_memory(str(tmp_path)) == 3 * GB


def an_index(directory: Path) -> dict[str, str]:
    """Settings of pip: the only index is this directory."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(directory), "PIP_CONFIG_FILE": os.devnull}


def wheel(directory: Path) -> None:
    name = f"{preflight.SMALL_PACKAGE}-1"
    with ZipFile(directory / f"{name}-py3-none-any.whl", "w") as packed:
        packed.writestr(
            f"{name}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {preflight.SMALL_PACKAGE}\nVersion: 1\n"
        )
        packed.writestr(f"{name}.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        packed.writestr(f"{name}.dist-info/RECORD", "")


def run(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROGRAM)], env=os.environ | env, capture_output=True, text=True, check=False
    )
