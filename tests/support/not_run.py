"""Tests that did not run, and why: pytest adds them to the file that NOT_RUN names, and `.ci/run` prints them last.

`python tests/support/not_run.py` prints the list, and with `--refuse` fails if it is not empty. Standard library only.
"""

import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

FILE = "NOT_RUN"


def keep(reports: Iterable[Any]) -> None:
    """Adds pytest's reports of skipped tests to the file, if one is named; a run that skipped none makes it, too."""
    if named := os.environ.get(FILE):
        path = Path(named)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{_reason(report)}\t{report.nodeid}\n" for report in reports)


def main(arguments: list[str]) -> int:
    """The number of the process's end: 1 with `--refuse`, unless tests have run and none was skipped."""
    found = listed(Path(os.environ.get(FILE, "build/not-run")))
    print(*described(found), sep="\n")  # noqa: T201 - a command's output
    return int("--refuse" in arguments and found != {})


def listed(path: Path) -> Mapping[str, list[str]] | None:
    """The tests in a list, by the reason for which they did not run; None where no run has kept a list."""
    if not path.exists():
        return None
    found: dict[str, list[str]] = defaultdict(list)
    for line in sorted(set(path.read_text("utf-8").splitlines())):
        reason, _, test = line.partition("\t")
        found[reason].append(test)
    return found


def described(found: Mapping[str, list[str]] | None) -> list[str]:
    """The list in lines."""
    if not found:
        return ["No test has run." if found is None else "No test was skipped."]
    return ["These tests did not run:", *(line for reason in found for line in (reason, *_indented(found[reason])))]


def _indented(tests: Iterable[str]) -> list[str]:
    return [f"  {test}" for test in tests]


def _reason(report: Any) -> str:
    """What `pytest.skip` was given, in one line: pytest keeps file, line and reason."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return " ".join(reason.removeprefix("Skipped: ").removeprefix("not run: ").split())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
