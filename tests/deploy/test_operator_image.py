"""The operator's image has what each command of `tt` needs, or the command says what is there instead.

Read from the Dockerfile, without building it: the commands run on the files that it copies and the packages that it
installs, and nothing else.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, packages_distributions
from json import dumps, loads
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from deploy import version as versions
from deploy.cli.main import app
from deploy.cli.operator import OF_ONE_MACHINE, for_any_deployment
from tests.support.source import ROOT

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
STAGES = {stage.split()[2]: stage for stage in re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]}
COPIED = re.findall(r"^COPY ([\w./]+) \1$", STAGES["operator"], re.MULTILINE)
NEEDS_A_DEPLOYMENT = re.compile("(nothing runs on|there is no deployment in|here are no servers to start: name) ")
ALWAYS_WORK = {"contracts check": "all ", "contracts freeze": "\n"}
# Runs command lines one after the other with what the image has; prints exit code and output of each.
IN_THE_IMAGE = """
import json, runpy, sys
home, lacking, lines = json.loads(sys.argv[1])
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
sys.path.insert(0, home)
sys.modules.update(dict.fromkeys(lacking))
from typer.testing import CliRunner
from deploy.cli.operator import for_any_deployment
for line in lines:
    ended = CliRunner().invoke(for_any_deployment(), line)
    crash = ended.exception and not isinstance(ended.exception, SystemExit)
    print(json.dumps([ended.exit_code, repr(ended.exception) if crash else ended.output]))
"""


def commands(group: typer.Typer) -> Iterator[tuple[str, list[Any]]]:
    """Every command of a command line, as it is typed, with its parameters."""
    ahead: list[tuple[str, Any]] = [("", typer.main.get_command(group))]
    while ahead:
        name, command = ahead.pop(0)
        if isinstance(command, TyperGroup):
            ahead += [(f"{name} {part}".strip(), found) for part, found in command.commands.items()]
        else:
            yield name, command.params


EVERY = dict(commands(for_any_deployment()))


def typed(name: str, data: Path) -> list[str]:
    """A command with a word for everything that it needs, on a directory in which there is nothing."""
    needed = [parameter for parameter in EVERY[name] if parameter.required]
    words = ["intake" if need.name == "service" else str(data / "word") for need in needed if need.opts[0][0] != "-"]
    options = [word for need in needed if need.opts[0][0] == "-" for word in (need.opts[0], "word")]
    at = ["--data", str(data)] if any(parameter.name == "data" for parameter in EVERY[name]) else []
    return [*name.split(), *words, *options, *at]


def pinned() -> set[str]:
    """The packages that the image installs, by their normal names."""
    locked = re.search(r"-r (requirements/\w+\.txt)", STAGES["operator-packages"])
    assert locked
    return set(re.findall(r"^([a-z0-9-]+)==", (ROOT / locked[1]).read_text("utf-8"), re.MULTILINE))


def lacking() -> list[str]:
    """The names that can be imported here and not in the image."""
    ours = {"shared", "services", "deploy", "tests"}
    return [
        name
        for name, packages in packages_distributions().items()
        if not normal(packages) & pinned() and name not in ours
    ]


def normal(packages: list[str]) -> set[str]:
    return {re.sub(r"[-_.]+", "-", package).lower() for package in packages}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the image copies."""
    home = tmp_path_factory.mktemp("image")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            copytree(source, home / name)
        else:
            (home / name).write_bytes(source.read_bytes())
    return home


def run(home: Path, *lines: list[str]) -> list[tuple[int, str]]:
    asked = dumps([str(home), lacking(), lines])
    command = [sys.executable, "-P", "-c", IN_THE_IMAGE, asked]
    environment = {"HOME": str(home), "PATH": "/usr/bin", "COLUMNS": "200"}
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [(code, output) for code, output in map(loads, done.stdout.splitlines())]


def test_the_image_knows_every_command() -> None:
    assert EVERY.keys() == dict(commands(app)).keys()
    assert len(EVERY) == 20


def test_every_command_explains_itself_there(home: Path) -> None:
    for name, (code, output) in zip(EVERY, run(home, *([*name.split(), "--help"] for name in EVERY)), strict=True):
        assert (name, code) == (name, 0), output
        assert "Usage: " in output


def test_every_command_works_there_or_explains_in_a_sentence_why_not(home: Path, tmp_path: Path) -> None:
    lines = [typed(name, tmp_path / "nothing") for name in EVERY]
    for name, (code, output) in zip(EVERY, run(home, *lines), strict=True):
        if name in ALWAYS_WORK:
            assert (name, code) == (name, 0), output
            assert output.startswith(ALWAYS_WORK[name])
        elif name in OF_ONE_MACHINE:
            assert (code, output) == (1, f"`tt {name}` is for the deployment of one machine: {OF_ONE_MACHINE[name]}\n")
        else:
            assert (name, code) == (name, 1), output
            assert NEEDS_A_DEPLOYMENT.match(output), f"{name}: {output}"


def test_a_command_that_lacks_something_there_is_found(home: Path, tmp_path: Path) -> None:
    """Seeded: an image without one of the promised contracts."""
    copytree(home, tmp_path / "less")
    (tmp_path / "less" / "docs" / "contracts" / "pip.ConsentGiven.v1.schema.json").unlink()
    [(code, output)] = run(tmp_path / "less", ["contracts", "check"])
    assert (code, "pip.ConsentGiven.v1 is promised nowhere" in output) == (1, True)


def test_the_files_that_the_image_copies_reach_it() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    admitted = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    assert ignored[0] == "*"
    assert [name for name in COPIED if not any(fnmatch(name, path) for path in admitted)] == []
    assert set(COPIED) == {"pyproject.toml", "docs/contracts", "shared", "services", "deploy"}


def test_the_version_is_known_where_the_project_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = versions.version()

    def absent(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr("importlib.metadata.version", absent)
    assert versions.version() == installed
