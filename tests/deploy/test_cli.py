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


def test_services_elsewhere_need_a_token() -> None:
    said = tt("reconcile", TT_SERVICES='{"intake": "http://127.0.0.1:9"}')

    assert said.exit_code == 1
    assert "TT_TOKEN is not" in said.output


def test_a_service_out_of_reach_is_named() -> None:
    said = tt("parked list", TT_SERVICES='{"intake": "http://127.0.0.1:9"}', TT_TOKEN="token")

    assert said.exit_code == 1
    assert said.output == "intake does not answer at http://127.0.0.1:9/: see whether it runs, and read its log\n"


def test_wrong_settings_are_all_named() -> None:
    said = tt("reconcile", TT_SERVICES='{"intake": "nowhere", "review": "nowhere"}')

    assert said.exit_code == 2
    assert said.output.count("TT_SERVICES.") == 2


def test_kafka_out_of_reach_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.kafka.plan.SECONDS", 0.5)

    said = tt("topics plan", TT_KAFKA_BOOTSTRAP="127.0.0.1:9", TT_KAFKA_PASSWORD="wrong")

    assert said.exit_code == 1
    assert said.output.startswith("Kafka does not answer the operator")


def test_settings_that_are_not_json_are_told_in_a_sentence() -> None:
    said = tt("reconcile", TT_SERVICES="nowhere")

    assert said.exit_code == 2
    assert "it must be JSON" in said.output
    assert "nowhere" not in said.output
