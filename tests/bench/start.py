"""How long each service takes to be ready, and what memory it then has."""

import asyncio
from collections import defaultdict
from json import dumps
from pathlib import Path
from time import monotonic

from deploy.local.processes import free_port
from deploy.local.programs import PYTHON, Program
from deploy.local.supervisor import SERVICES
from shared.model import Json
from tests.bench.ground import Ground, ground, resident_mb
from tests.bench.scale import Scale, measured
from tests.support.servers.backing import password_of
from tests.support.servers.serving import issuing

SETTLED_SECONDS = 3.0


async def starts(home: Path, scale: Scale) -> Json:
    """One service after the other, several times."""
    seconds: dict[str, list[float]] = defaultdict(list)
    idle: dict[str, list[float]] = defaultdict(list)
    async with ground(home) as here, issuing() as issuer:
        for _ in range(scale.repeats):
            for name in SERVICES:
                log, env = here.home / f"{name}.log", settings(here, name, issuer.url)
                began = monotonic()
                async with Program(
                    [*PYTHON, "-m", f"services.{name}.main"], free_port(), "/readyz", log, env
                ) as service:
                    seconds[name].append(monotonic() - began)
                    await asyncio.sleep(SETTLED_SECONDS)
                    idle[name].append(resident_mb(service.process.pid))
    return {
        "services": {name: {"seconds": measured(seconds[name]), "idle_mb": measured(idle[name])} for name in SERVICES}
    }


def settings(here: Ground, name: str, issuer: str) -> dict[str, str]:
    """The settings of the service of this name, as the deployment on one machine sets them."""
    return {
        "MALLOC_ARENA_MAX": "1",
        "TT_KAFKA_BOOTSTRAP": here.operator.bootstrap,
        "TT_KAFKA_USER": name,
        "TT_KAFKA_PASSWORD": password_of(name),
        "TT_MONGO_URL": here.mongo_url,
        "TT_DATABASE": f"bench_{name}",
        "TT_ISSUERS": dumps([issuer]),
        "TT_INTAKE_URL": issuer,
    }
