import os
import re
import secrets
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.built import settings_of
from tests.support.servers.docker import Docker, docker
from tests.support.source import ROOT, SERVICES

__all__ = ["docker"]
pytestmark = pytest.mark.timeout(900)
IN_CONTAINERS = "tests/shared/bus/test_consumer.py::test_records_are_consumed_and_committed"


def built(docker: Docker, target: str) -> Iterator[str]:
    """An image of the Dockerfile, built on BASE where one is named; it goes with the tests."""
    tag = f"trusted-trader:test-{uuid4().hex[:8]}"
    base = ["--build-arg", f"BASE={os.environ['BASE']}"] if "BASE" in os.environ else []
    file = str(ROOT / "deploy" / "Dockerfile")
    done = docker("build", "--network", "host", *base, "--target", target, "--tag", tag, "--file", file, str(ROOT))
    assert done.returncode == 0, done.stderr
    yield tag
    docker("image", "rm", tag)


@pytest.fixture(scope="module")
def image(docker: Docker) -> Iterator[str]:
    yield from built(docker, "service")


@pytest.fixture(scope="module")
def operator_image(docker: Docker) -> Iterator[str]:
    yield from built(docker, "operator")


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_without_settings_names_them_all(docker: Docker, image: str, service: str) -> None:
    ended = docker("run", "--rm", "--network", "none", "--read-only", image, "python", "-m", f"services.{service}.main")
    needed = {f"TT_{name.upper()}" for name, field in settings_of(service).model_fields.items() if field.is_required()}
    assert ended.returncode == 2
    assert {name for name in needed if f"{name}: Field required" in ended.stderr} == needed


def test_the_image_has_no_rights_and_no_tools(docker: Docker, image: str) -> None:
    seen = docker("run", "--rm", "--network", "none", image, "sh", "-c", "id -u; ls /packages/bin; which cc gcc make")
    assert seen.stdout.split()[0] == "10001"
    assert not {"pip", "cc", "gcc", "make"} & set(seen.stdout.split())


def test_the_operators_image_runs_its_commands_and_has_no_tools(docker: Docker, operator_image: str) -> None:
    alone = ("run", "--rm", "--network", "none", "--read-only")
    explained = docker(*alone, operator_image, "--help")
    assert explained.returncode == 0, explained.stderr
    assert {"trace", "reconcile", "journal", "parked", "topics"} <= set(explained.stdout.split())
    seen = docker(*alone, "--entrypoint", "sh", operator_image, "-c", "id -u; ls /packages/bin; which cc gcc make")
    assert seen.stdout.split()[0] == "10001"
    assert not {"pip", "cc", "gcc", "make"} & set(seen.stdout.split())


@pytest.mark.usefixtures("docker")
def test_the_suite_runs_on_servers_in_containers() -> None:
    environment = {**os.environ, "SERVERS": "containers"}
    command = [sys.executable, "-m", "pytest", "-q", IN_CONTAINERS]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_runs_on_servers_in_containers_is_there() -> None:
    file, name = IN_CONTAINERS.split("::")
    assert f"def {name}(" in (ROOT / file).read_text("utf-8")


def secret(name: str) -> str:
    """A random one, as the head of docker-compose.yml makes them."""
    return b64encode(secrets.token_bytes(32)).decode() if name.endswith("_KEY") else secrets.token_hex(16)


def test_all_that_is_composed_becomes_healthy(docker: Docker, tmp_path: Path) -> None:
    composed = ROOT / "docker-compose.yml"
    names = sorted(set(re.findall(r"([A-Z_]+):\?", composed.read_text("utf-8"))))
    (tmp_path / "env").write_text("".join(f"{name}={secret(name)}\n" for name in names), "utf-8")
    project = (
        "compose",
        "--file",
        str(composed),
        "--env-file",
        str(tmp_path / "env"),
        "--project-name",
        f"test-{uuid4().hex[:8]}",
    )
    try:
        up = docker(*project, "up", "--build", "--wait", "--wait-timeout", "600")
        assert up.returncode == 0, up.stderr
    finally:
        docker(*project, "down", "--volumes", "--rmi", "local")
