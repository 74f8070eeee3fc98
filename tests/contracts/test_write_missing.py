import re
from pathlib import Path

import pytest

from tests.support.samples.golden import expected, read, write
from tests.support.samples.write_missing import write_missing


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where there is nothing but the samples of earlier versions, which no life makes any more."""
    for name in earlier():
        write(tmp_path, name, read(name))
    return tmp_path


def earlier() -> set[str]:
    return {name for name in expected() if later(name) in expected()}


def later(name: str) -> str:
    """The same in the next version."""
    return re.sub(r"(?<=\.v)\d+(?=\.json$)", lambda version: str(int(version[0]) + 1), name)


def test_every_sample_of_the_newest_version_can_be_made(home: Path) -> None:
    assert write_missing(home) == sorted(expected() - earlier())


def test_what_is_missing_is_written_and_nothing_else(home: Path) -> None:
    kept, lost, *_ = write_missing(home)
    (home / kept).write_text("older")
    (home / lost).unlink()
    assert write_missing(home) == [lost]
    assert (home / kept).read_text() == "older"
