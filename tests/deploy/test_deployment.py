"""A data directory is for its user alone, whatever the umask; what `tt` shows of it, and what where it is damaged."""

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.local import where_it_is
from deploy.cli.main import app
from deploy.errors import Failed
from deploy.local.deployment import Deployment, Portal, alone, passwords, session_key, write_secret
from shared.http.session.sealed import Seal


def a_deployment(data: Path) -> Deployment:
    return Deployment(
        data=data,
        bootstrap="127.0.0.1:9",
        partners="127.0.0.1:9",
        mongo_url="mongodb://operator:hush@127.0.0.1:9",
        databases={"risk": "mongodb://risk:hush@127.0.0.1:9"},
        issuer="http://127.0.0.1:9",
        services={"intake": "http://127.0.0.1:9"},
        portal=Portal(url="http://127.0.0.1:8080", session_key="hush"),
        passwords={"partner.nz": "hush", "risk": "hush"},
    )


def tt(command_line: str, **env: str) -> Result:
    return CliRunner().invoke(app, command_line.split(), env=env)


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
    made = a_deployment(tmp_path)
    with alone(tmp_path):
        made.announce()
        assert Deployment.at(tmp_path) == made

    with pytest.raises(Failed, match="nothing runs on"):
        Deployment.at(tmp_path)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (file, content)
        for file in ("passwords.json", "issuer/key.json", "issuer/port")
        for content in (b"", b"\xff", b"{", b"[]", b'{"operator": 1}', b"\0" * 20)
    ],
)
def test_whatever_is_damaged_in_a_data_directory_is_named_in_a_sentence(
    file: str, content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "issuer").mkdir()
    (tmp_path / file).write_bytes(content)

    printed = tt(f"up --data {tmp_path}", TT_KAFKA="", TT_MONGO="", TT_FIRST_PORT="")

    assert isinstance(printed.exception, SystemExit), "no traceback"
    assert printed.exit_code == 1
    assert printed.output.splitlines()[-1].startswith(f"{tmp_path / file} is damaged: bring it back from a backup")
    assert (tmp_path / file).read_bytes() == content


def test_access_of_nobody_fails_before_it_prints(tmp_path: Path) -> None:
    with alone(tmp_path):
        a_deployment(tmp_path).announce()
        nobody, partner, service = (tt(f"access {user} --data {tmp_path}") for user in ("me", "partner.nz", "risk"))

    assert (nobody.exit_code, nobody.output) == (1, "there is no user me: there are partner.nz, risk\n")
    assert "export KAFKA_PASSWORD=hush" in partner.output
    assert "MONGO" not in partner.output
    assert "export MONGO=mongodb://risk:hush@127.0.0.1:9" in service.output


@pytest.mark.parametrize("name", ["data", "Renée's data", "a\\b $HOME `ls` (1)"])
def test_a_command_that_is_shown_can_be_pasted_whatever_the_directory_is_called(name: str, tmp_path: Path) -> None:
    data = tmp_path / name
    with pytest.raises(Failed) as nothing_runs:
        Deployment.at(data)
    shown = [str(nothing_runs.value), *where_it_is(a_deployment(data))]
    commands = [line.partition(" --data ")[2].rpartition("`, or")[0] or line.partition(" --data ")[2] for line in shown]
    named = [shlex.split(command.partition(" SUBJECT")[0].partition(" ann)")[0])[0] for command in commands if command]
    assert named == [str(data)] * 3


def test_the_one_address_is_shown_first(tmp_path: Path) -> None:
    first, *_ = where_it_is(a_deployment(tmp_path))
    assert first.split() == ["the", "portal", "http://127.0.0.1:8080"]


def test_sessions_outlast_a_deployment_by_a_key_that_is_made_once(tmp_path: Path) -> None:
    key = session_key(tmp_path)
    Seal([key])
    assert session_key(tmp_path) == key
    assert (tmp_path / "session.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"\xff", b"short", b"{", b"\0" * 43])
def test_a_damaged_session_key_is_named_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "session.key").write_bytes(content)
    with pytest.raises(Failed, match=r"session\.key is damaged: remove it"):
        session_key(tmp_path)


def test_no_address_that_is_shown_has_a_password(tmp_path: Path) -> None:
    assert "hush" not in "\n".join(where_it_is(a_deployment(tmp_path)))
