"""What `tt` prints of itself, and what it prints when something is wrong: one sentence, and never a traceback."""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from json import loads
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from typer.testing import CliRunner, Result

from deploy.cli.local import Role, where_it_is
from deploy.cli.main import app
from deploy.local.deployment import Deployment, alone
from deploy.version import version
from tests.support.servers.serving import serving
from tests.support.source import ROOT

COMMANDS = (
    "up",
    "demo",
    "token",
    "access",
    "backup",
    "restore",
    "trace",
    "reconcile",
    "journal verify",
    "journal seal",
    "journal show",
    "journal replay",
    "parked list",
    "parked show",
    "parked redrive",
    "parked discard",
    "topics plan",
    "topics apply",
    "contracts check",
)
NEED_A_DEPLOYMENT = (
    "token ann",
    "access",
    "backup backup",
    "trace company",
    "reconcile",
    "journal verify",
    "journal seal",
    "journal show cases 1",
    "parked list",
    "parked show key",
    "parked redrive key",
    "parked discard key record --reason lost",
    "topics plan",
    "topics apply",
)


def tt(command_line: str, **env: str) -> Result:
    return CliRunner().invoke(app, command_line.split(), env=env)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    printed = tt(f"{command} --help")

    assert printed.exit_code == 0
    assert "Usage: tt" in printed.output


@pytest.mark.parametrize("command", NEED_A_DEPLOYMENT)
def test_where_nothing_runs_it_prints_how_to_start_it(command: str, tmp_path: Path) -> None:
    printed = tt(f"{command} --data {tmp_path / 'nothing'}")

    assert printed.exit_code == 1
    where = tmp_path / "nothing"
    assert printed.output.startswith(f"nothing runs on {where}: start it with `tt up --data {where}`, or name services")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("journal replay customs", "there is no service customs: the services are intake, review,"),
        ("journal replay intake", "there is no deployment in"),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_ones(command: str, sentence: str, tmp_path: Path) -> None:
    printed = tt(f"{command} --data {tmp_path / 'nothing'}")

    assert printed.exit_code == 1
    assert printed.output.startswith(sentence)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("up --data {file}", "'--data'"),
        ("token ann --data {file}", "'--data'"),
        ("demo --keep {file}", "'--keep'"),
        ("up --data {file}/in", "Not a directory. Mend that, or name another"),
        ("demo --json {file}/in", "Not a directory. Mend that, or name another"),
        ("contracts freeze --base {file}", "'--base'"),
        ("contracts freeze --base {file}less", "'--base'"),
    ],
)
def test_a_folder_where_nothing_can_be_kept_is_reported_in_a_sentence(
    command: str, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()

    printed = tt(command.format(file=tmp_path / "file"))

    assert isinstance(printed.exception, SystemExit), "no traceback"
    assert printed.exit_code
    assert sentence in printed.output
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_a_damaged_deployment_is_reported_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "deployment.json").write_bytes(b'{"data": "\xff')

    with alone(tmp_path):
        printed = tt(f"access --data {tmp_path}")

    assert printed.exit_code == 1
    assert printed.output.startswith(f"{tmp_path / 'deployment.json'} is damaged: ")


def test_after_a_kill_every_command_names_the_way_to_start_it_again(tmp_path: Path) -> None:
    """What was killed has left its card; nobody holds its lock."""
    with alone(tmp_path):
        Deployment(
            data=tmp_path, bootstrap="", partners="", mongo_url="", databases={}, issuer="", services={}, passwords={}
        ).announce()
        assert tt(f"access --data {tmp_path}").exit_code == 0

    for command in NEED_A_DEPLOYMENT:
        printed = tt(f"{command} --data {tmp_path}")
        assert (command, printed.exit_code) == (command, 1)
        assert printed.output.startswith(f"nothing runs on {tmp_path}: start it with `tt up --data {tmp_path}`")


def test_the_version_is_printed() -> None:
    assert tt("--version").output == f"{version()}\n"


def test_what_is_no_deployment_is_not_replayed(tmp_path: Path) -> None:
    printed = tt(f"journal replay risk --data {tmp_path}")

    assert printed.exit_code == 1
    assert printed.output.startswith(f"there is no deployment in {tmp_path}: ")
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "claims",
    ["--role customs_officer", "--role partner", "--role partner --administration XX", "--administration US"],
)
def test_a_token_claims_of_a_person_only_what_can_be(claims: str, tmp_path: Path) -> None:
    printed = tt(f"token ann {claims} --data {tmp_path}")

    assert printed.exit_code == 2


def test_a_token_knows_the_roles_that_the_realm_has() -> None:
    realm = loads((ROOT / "deploy" / "keycloak" / "realm.json").read_text("utf-8"))

    assert [role["name"] for role in realm["roles"]["realm"]] == list(Role)


async def test_what_is_printed_of_a_tokens_use_works_behind_a_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["echo"])
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    intake = FastAPI()

    @intake.get("/me")
    async def me(request: Request) -> str:
        return request.headers["authorization"]

    async with serving(intake) as url:
        deployment = Deployment(
            data=tmp_path,
            bootstrap="",
            partners="",
            mongo_url="",
            databases={},
            issuer="",
            services={"intake": url},
            passwords={},
        )
        *_, use = where_it_is(deployment)
        shell = await asyncio.create_subprocess_shell(use.removeprefix("its use"), stdout=PIPE, stderr=DEVNULL)
        answer, _ = await shell.communicate()

    assert answer.decode() == f'"Bearer token --data {tmp_path} ann"'


def test_a_backup_is_restored_into_an_empty_directory_alone(tmp_path: Path) -> None:
    (tmp_path / "old").touch()

    printed = tt(f"restore {tmp_path / 'backup'} --data {tmp_path}")

    assert printed.exit_code == 1
    assert "is not empty" in printed.output


def test_a_demo_runs_on_fresh_data_alone(tmp_path: Path) -> None:
    (tmp_path / "old").touch()

    printed = tt(f"demo --keep {tmp_path}")

    assert printed.exit_code == 1
    assert "is not empty" in printed.output


def test_a_service_out_of_reach_is_named() -> None:
    printed = tt("parked list", TT_SERVICES='{"intake": "http://127.0.0.1:9"}', TT_TOKEN="token")

    assert printed.exit_code == 1
    assert printed.output == "intake does not answer at http://127.0.0.1:9/: see whether it runs, and read its log\n"


@pytest.mark.parametrize(
    ("command", "environment", "named"),
    [
        ("up", {"TT_KAFKA": "127.0.0.1:9"}, {"TT_KAFKA_OPERATOR_PASSWORD"}),
        ("up", {"TT_KAFKA": "127.0.0.1:9", "TT_KAFKA_OPERATOR_PASSWORD": ""}, {"TT_KAFKA_OPERATOR_PASSWORD"}),
        ("up", {"TT_KAFKA": "127.0.0.1:9", "TT_FIRST_PORT": "1"}, {"TT_KAFKA_OPERATOR_PASSWORD", "TT_FIRST_PORT"}),
        ("demo", {"TT_KAFKA": "marker", "TT_MONGO": "marker"}, {"TT_KAFKA", "TT_KAFKA_OPERATOR_PASSWORD", "TT_MONGO"}),
        ("up", {"TT_FIRST_PORT": "65533"}, {"TT_FIRST_PORT"}),
        ("topics plan", {"TT_KAFKA_BOOTSTRAP": "marker"}, {"TT_KAFKA_BOOTSTRAP", "TT_KAFKA_PASSWORD"}),
        ("reconcile", {"TT_SERVICES": '{"intake": "http://127.0.0.1:9"}'}, {"TT_TOKEN"}),
        ("reconcile", {"TT_SERVICES": "marker"}, {"TT_SERVICES", "TT_TOKEN"}),
        ("reconcile", {"TT_SERVICES": '{"intake": "marker"}', "TT_TOKEN": "marker"}, {"TT_SERVICES.INTAKE"}),
        ("journal replay risk", {"TT_KAFKA_USER": "risk"}, {"TT_KAFKA_PASSWORD"}),
    ],
)
def test_settings_that_are_missing_or_wrong_are_all_named_and_never_repeated(
    command: str, environment: dict[str, str], named: set[str], tmp_path: Path
) -> None:
    printed = tt(f"{command} {'--keep' if command == 'demo' else '--data'} {tmp_path}", **environment)

    assert printed.exit_code == 2
    assert {line.split(":")[0].strip() for line in printed.output.splitlines() if line.startswith("  ")} == named
    assert "marker" not in printed.output
    assert not any(tmp_path.iterdir())


def test_servers_out_of_reach_are_both_named_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("kafka", "servers"):
        monkeypatch.setattr(f"deploy.local.{module}.ANSWERS_WITHIN", 0.2)
    kafka = {"TT_KAFKA": "127.0.0.1:9", "TT_KAFKA_OPERATOR_PASSWORD": "hush"}

    printed = tt(f"up --data {tmp_path}", **kafka, TT_MONGO="mongodb://ann:hush@127.0.0.1:9/?replicaSet=rs0")

    assert printed.exit_code == 1
    assert printed.output.splitlines() == [
        "Kafka does not answer at 127.0.0.1:9: see whether it runs, and check TT_KAFKA and TT_KAFKA_OPERATOR_PASSWORD",
        "MongoDB does not answer at 127.0.0.1:9: see whether it runs, and check TT_MONGO",
    ]
    assert not any(tmp_path.iterdir())


def test_kafka_out_of_reach_is_reported_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.kafka.plan.SECONDS", 0.5)

    printed = tt("topics plan", TT_KAFKA_BOOTSTRAP="127.0.0.1:9", TT_KAFKA_PASSWORD="wrong")

    assert printed.exit_code == 1
    assert printed.output.startswith("Kafka does not answer the operator")
