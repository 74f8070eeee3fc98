"""Log lines are bounded in length, and in how many of one kind are written in a second."""

import json
import logging
import subprocess
import sys

import pytest

from shared import logs
from shared.logs import MOST_A_SECOND, MOST_CHARACTERS, MOST_WARNINGS_A_SECOND, RateBound, shortened

LOGGED = """
import logging, structlog, time
from shared import logs
logs.configure("review", "json")
log = structlog.get_logger()
for _ in range(500):
    log.info("refused", code="x")
    log.error("broken")
    logging.getLogger("asyncio").error("out of %s", "files")
time.sleep(1.1)
log.info("refused", code="y")
log.error("broken")
logging.getLogger("asyncio").error("out of %s", "sockets")
log.warning("long", value="x" * 100_000, several=["y" * 100_000] * 1_000)
"""


def test_lines_of_a_kind_are_bounded_and_the_next_counts_those_that_are_missing() -> None:
    done = subprocess.run([sys.executable, "-c", LOGGED], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    last = {line["event"]: line.get("suppressed") for line in lines}
    assert last == {
        "refused": 500 - MOST_A_SECOND,
        "broken": 500 - MOST_WARNINGS_A_SECOND,
        "out of files": None,
        "out of sockets": 500 - MOST_WARNINGS_A_SECOND,
        "long": None,
    }
    counted = [line["event"] for line in lines]
    assert counted.count("refused") == MOST_A_SECOND + 1
    assert counted.count("broken") == MOST_WARNINGS_A_SECOND + 1
    assert max(map(len, done.stdout.splitlines())) < MOST_CHARACTERS * 12


def test_a_line_that_is_short_is_left_alone() -> None:
    assert shortened(None, "", {"event": "fine", "count": 7}) == {"event": "fine", "count": 7}


def test_what_is_remembered_of_kinds_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_KINDS", 10)
    bound = RateBound()
    for number in range(1_000):
        assert bound.filter(logging.LogRecord("a", logging.INFO, "", 0, f"kind {number}", None, None))
    assert len(bound._kinds) == 10  # noqa: SLF001
