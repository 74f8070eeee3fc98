"""Chooses the fault cases that run: all, or with FAULTS=quarter a quarter by commit; and keeps what they show.

FAULTS_SEED has the quarter of another commit.
"""

import os
import subprocess
from hashlib import sha256

import pytest

from tests.support.source import ROOT

SHARE = 4
QUARTER = os.environ.get("FAULTS") == "quarter"


def seed() -> str:
    """The id of the commit, or FAULTS_SEED."""
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return os.environ.get("FAULTS_SEED") or commit or "no commit"


def chosen(ids: list[str], seed: str) -> set[str]:
    """A quarter of these cases, rounded up: every commit has its own."""
    return set(sorted(ids, key=lambda case: sha256(f"{seed} {case}".encode()).digest())[: -(-len(ids) // SHARE)])


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the other three quarters of the matrix out, if but one is asked for."""
    if not QUARTER:
        return
    matrix = [item.nodeid for item in items if item.get_closest_marker("matrix")]
    kept = chosen(matrix, seed())
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in set(matrix) - kept])
    items[:] = [item for item in items if item.nodeid not in set(matrix) - kept]


def header() -> str | None:
    """What is run, where it is not all."""
    return f"faults: the quarter of FAULTS_SEED={seed()}" if QUARTER else None


def report(terminal: pytest.TerminalReporter) -> None:
    """One line for every case: what held, how soon everything was as before, what was looked at."""
    ran = [report for report in terminal.getreports("passed") if dict(report.user_properties).get("promise")]
    if not ran:
        return
    terminal.section("faults")
    for case in ran:
        held = dict(case.user_properties)
        terminal.write_line(
            f"{held['promise']}: recovered in {held['recovered']}, {held['seen']} [{case.nodeid.rpartition('::')[2]}]"
        )
