"""The README and the guides, run as readers run them: in one shell that keeps what earlier commands set."""

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
SECTION = re.compile(r"^#+ ([^\n]*)$|^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DONE = "--- done ---"
DEMO = "make demo\n"


def blocks(page: str) -> dict[str, list[str]]:
    """The blocks of a page marked `sh`, under their headings."""
    found: dict[str, list[str]] = {}
    heading = ""
    for title, block in SECTION.findall((ROOT / page).read_text("utf-8")):
        heading = title or heading
        found.setdefault(heading, []).extend([block] if block else [])
    return {heading: under for heading, under in found.items() if under}


class Shell:
    """A terminal in the project's directory, with one reader at it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            ["bash", "-e"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()

    def runs(self, block: str) -> None:
        """Runs one block to its end. Raises AssertionError with what it printed where a command fails."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{block}\necho; echo '{DONE}'\n")
        self._process.stdin.flush()
        printed = []
        for line in self._process.stdout:
            if line.strip() == DONE:
                return
            printed.append(line)
        raise AssertionError(f"{block}\n{''.join(printed)[-5000:]}")
