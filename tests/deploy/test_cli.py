"""What `tt` says of itself, and what it says when something is wrong: one sentence, and never a traceback."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.main import app

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


def tt(words: str, **env: str) -> Result:
    return CliRunner().invoke(app, words.split(), env=env)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    said = tt(f"{command} --help")

    assert said.exit_code == 0
    assert "Usage: tt" in said.output


@pytest.mark.parametrize("command", NEED_A_DEPLOYMENT)
def test_where_nothing_runs_it_says_how_to_start_it(command: str, tmp_path: Path) -> None:
    said = tt(f"{command} --data {tmp_path / 'nothing'}")

    assert said.exit_code == 1
    assert said.output == f"nothing runs on {tmp_path / 'nothing'}: start it with `tt up --data {tmp_path / 'nothing'}`\n"


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("journal replay customs", "there is no service customs: the services are intake, review,"),
        ("journal replay intake", "there is no deployment in"),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_ones(command: str, sentence: str, tmp_path: Path) -> None:
    said = tt(f"{command} --data {tmp_path / 'nothing'}")

    assert said.exit_code == 1
    assert said.output.startswith(sentence)


def test_a_backup_is_restored_into_an_empty_directory_alone(tmp_path: Path) -> None:
    (tmp_path / "old").touch()

    said = tt(f"restore {tmp_path / 'backup'} --data {tmp_path}")

    assert said.exit_code == 1
    assert "is not empty" in said.output


def test_a_demo_runs_on_fresh_data_alone(tmp_path: Path) -> None:
    (tmp_path / "old").touch()

    said = tt(f"demo --keep {tmp_path}")

    assert said.exit_code == 1
    assert "is not empty" in said.output


def test_a_service_out_of_reach_is_named() -> None:
    said = tt("parked list", TT_SERVICES='{"intake": "http://127.0.0.1:9"}', TT_TOKEN="token")

    assert said.exit_code == 1
    assert said.output == "intake does not answer at http://127.0.0.1:9/: see whether it runs, and read its log\n"


@pytest.mark.parametrize(
    ("command", "told", "named"),
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
    command: str, told: dict[str, str], named: set[str], tmp_path: Path
) -> None:
    said = tt(f"{command} {'--keep' if command == 'demo' else '--data'} {tmp_path}", **told)

    assert said.exit_code == 2
    assert {line.split(":")[0].strip() for line in said.output.splitlines() if line.startswith("  ")} == named
    assert "marker" not in said.output
    assert not any(tmp_path.iterdir())


def test_servers_out_of_reach_are_both_named_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.servers.ANSWERS_WITHIN", 0.2)
    kafka = {"TT_KAFKA": "127.0.0.1:9", "TT_KAFKA_OPERATOR_PASSWORD": "hush"}

    said = tt(f"up --data {tmp_path}", **kafka, TT_MONGO="mongodb://ann:hush@127.0.0.1:9/?replicaSet=rs0")

    assert said.exit_code == 1
    assert said.output.splitlines() == [
        "Kafka does not answer at 127.0.0.1:9: see whether it runs, and check TT_KAFKA and TT_KAFKA_OPERATOR_PASSWORD",
        "MongoDB does not answer at 127.0.0.1:9: see whether it runs, and check TT_MONGO",
    ]
    assert not any(tmp_path.iterdir())


def test_kafka_out_of_reach_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.kafka.plan.SECONDS", 0.5)

    said = tt("topics plan", TT_KAFKA_BOOTSTRAP="127.0.0.1:9", TT_KAFKA_PASSWORD="wrong")

    assert said.exit_code == 1
    assert said.output.startswith("Kafka does not answer the operator")
