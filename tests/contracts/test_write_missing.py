from pathlib import Path

from tests.contracts.samples import expected
from tests.contracts.write_missing import write_missing


def test_every_sample_can_be_made(tmp_path: Path) -> None:
    assert write_missing(tmp_path) == sorted(expected())


def test_what_is_missing_is_written_and_nothing_else(tmp_path: Path) -> None:
    kept, lost, *_ = write_missing(tmp_path)
    (tmp_path / kept).write_text("older")
    (tmp_path / lost).unlink()
    assert write_missing(tmp_path) == [lost]
    assert (tmp_path / kept).read_text() == "older"
