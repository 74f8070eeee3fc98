"""A data directory is for its user alone, whatever the umask and whatever was there before."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.errors import Failed
from deploy.local.deployment import Deployment, alone, passwords, write_secret


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def open_to_others(data: Path) -> list[str]:
    """Everything in a directory, and itself, that somebody else may read, write or enter."""
    return [str(path) for path in (data, *data.rglob("*")) if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]


def test_what_is_written_while_a_deployment_runs_nobody_else_reads(tmp_path: Path, umask: int) -> None:
    data = tmp_path / "data"
    with alone(data):
        (data / "logs").mkdir()
        (data / "logs" / "intake.log").touch()
        passwords(data, ["intake"])
        assert open_to_others(data) == []

    assert os.umask(umask) == umask, "it is as it was"


def test_a_directory_of_before_that_others_could_read_is_closed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    data.chmod(0o755)

    with alone(data):
        assert open_to_others(data) == []


@pytest.mark.usefixtures("umask")
def test_a_secret_is_for_its_user_alone_even_over_a_file_of_others(tmp_path: Path) -> None:
    for left in ("key", "key.part"):
        (tmp_path / left).touch()
        (tmp_path / left).chmod(0o666)

    write_secret(tmp_path / "key", "hush")

    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_one_directory_has_one_deployment(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(Failed, match=r"runs on .* already"), alone(tmp_path):
        pytest.fail("two on one directory")


def test_what_a_killed_deployment_has_left_is_none(tmp_path: Path) -> None:
    made = Deployment(
        data=tmp_path, bootstrap="", partners="", mongo_url="", databases={}, issuer="", services={}, passwords={}
    )
    with alone(tmp_path):
        made.announce()
        assert Deployment.at(tmp_path) == made

    with pytest.raises(Failed, match="nothing runs on"):
        Deployment.at(tmp_path)
