"""Clients of all five services, as generators make them of the OpenAPI documents, in Python and in TypeScript."""

import asyncio
import json
import subprocess
from asyncio.subprocess import PIPE
from base64 import b64encode
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from shared.model import Json
from tests.support.builders.uploads import PDF, TYPES
from tests.support.built import app_of
from tests.support.servers.settled import Settled
from tests.support.source import ROOT, SERVICES

HERE = Path(__file__).parent
GUIDE = ROOT / "docs" / "guides" / "clients.md"
FEWEST = {"intake": 9, "mra_exchange": 8, "review": 8, "risk": 8, "site_validation": 7}  # operations that are called
SECONDS = 300
pytestmark = pytest.mark.timeout(2 * SECONDS)  # the first run of a version installs the generators


@pytest.fixture(scope="module")
def python_clients(generator: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = documents(tmp_path_factory.mktemp("python"))
    (directory / "options.yaml").write_text(options())
    for service in SERVICES:
        make_python(generator, directory, service)
    return directory


@pytest.fixture(scope="module")
def typescript_clients(node: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = documents(tmp_path_factory.mktemp("typescript"))
    for file in ("calls.ts", "tsconfig.json"):
        copy(HERE / "node" / file, directory)
    script = (HERE / "node" / "clients.mjs").read_text("utf-8")
    printed = run(["node", "--input-type=module", "--eval", script, "--", directory, *SERVICES], cwd=node)
    assert "warn" not in printed.lower(), printed
    run(["node", node / "node_modules" / "typescript" / "bin" / "tsc", "-p", directory], cwd=directory)
    return directory / "js"


async def test_a_client_in_python_reads_writes_and_is_refused(
    python_clients: Path, generator: Path, settled: Settled
) -> None:
    asked = asked_of(settled)
    answered = await called([generator / "python", "-W", "error", HERE / "python" / "calls.py"], asked, python_clients)
    models = {name: model for name, model in answers(settled.name).items() if model}
    assert answered["statuses"] == dict.fromkeys(answers(settled.name), 200)
    assert {name: answered["models"][name] for name in models} == models
    assert (answered["refusal"], answered["file"]) == ("unauthorised", (asked["upload"] or {}).get("file"))


async def test_a_client_in_typescript_reads_writes_and_is_refused(typescript_clients: Path, settled: Settled) -> None:
    asked = asked_of(settled)
    asked["operations"] = [camel(name) for name in asked["operations"]]
    answered = await called(["node", "calls.js"], asked, typescript_clients)
    assert answered["statuses"] == dict.fromkeys(asked["operations"], 200)
    assert (answered["refusal"], answered["file"]) == ("unauthorised", (asked["upload"] or {}).get("file"))


@pytest.mark.parametrize("service", SERVICES)
def test_operations_are_called(service: str) -> None:
    assert len(answers(service)) >= FEWEST[service]


def test_a_document_that_a_generator_cannot_read_is_found(generator: Path, tmp_path: Path) -> None:
    document = app_of("risk").openapi()
    twice = dict.fromkeys(("Policy-Input", "Policy-Output"), document["components"]["schemas"]["Policy"])
    schemas = {**document["components"]["schemas"], **twice}
    (tmp_path / "risk.json").write_text(json.dumps({**document, "components": {"schemas": schemas}}))
    (tmp_path / "options.yaml").write_text(options())
    with pytest.raises(AssertionError, match="duplicate models"):
        make_python(generator, tmp_path, "risk")


def documents(directory: Path) -> Path:
    """A directory with the document of every service."""
    for service in SERVICES:
        (directory / f"{service}.json").write_text(json.dumps(app_of(service).openapi()))
    return directory


def options() -> str:
    """The options of the generator for Python, as the guide gives them."""
    return GUIDE.read_text("utf-8").partition("```yaml\n")[2].partition("```")[0]


def make_python(generator: Path, directory: Path, service: str) -> None:
    arguments = ["generate", "--fail-on-warning", "--meta", "none", "--config", "options.yaml"]
    arguments += ["--path", f"{service}.json", "--output-path", service]
    run([generator / "openapi-python-client", *arguments], cwd=directory)


def run(command: list[Any], cwd: Path) -> str:
    """What a command prints that succeeds."""
    ran = subprocess.run(command, check=False, cwd=cwd, capture_output=True, text=True, timeout=SECONDS)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


async def called(command: list[Any], asked: Json, cwd: Path) -> Json:
    """What a script answers that calls the service in this very process."""
    calling = await asyncio.create_subprocess_exec(
        *command,
        json.dumps(asked),
        cwd=cwd,
        env={"PYTHONPATH": str(cwd), "PATH": "/usr/bin:/bin"},
        stdout=PIPE,
        stderr=PIPE,
    )
    printed, complained = await calling.communicate()
    assert calling.returncode == 0, complained.decode()
    assert complained.decode() == ""
    answered: Json = json.loads(printed)
    return answered


def asked_of(settled: Settled) -> Json:
    """Every operation that needs nothing to be named; in intake a document is filed too, and opened again."""
    _, _, token = settled.everybody.headers["Authorization"].partition(" ")
    file = b64encode(TYPES[PDF]).decode()
    upload = {"company_id": settled.ids["company_id"], "name": "gate.pdf", "file": file}
    return {
        "service": settled.name,
        "url": settled.url,
        "token": token,
        "operations": list(answers(settled.name)),
        "upload": upload if settled.name == "intake" else None,
    }


def answers(service: str) -> dict[str, str | None]:
    """The operations of a service that are asked without naming anything, each with the model of its answer, if any."""
    found: dict[str, str | None] = {}
    for methods in app_of(service).openapi()["paths"].values():
        operation = methods.get("get", {"parameters": [{"required": True}]})
        if not any(parameter["required"] for parameter in operation.get("parameters", ())):
            [content] = operation["responses"]["200"]["content"].values()
            found[operation["operationId"]] = content["schema"].get("$ref", "").rpartition("/")[2] or None
    return found


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
