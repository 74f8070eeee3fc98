"""What a whole deployment costs while nobody asks anything of it: shares of one processor, server by server."""

import asyncio
import os
from pathlib import Path
from time import monotonic

from deploy.local.supervisor import running
from shared.model import Json
from tests.bench.ground import MICROSECONDS, cpu_us
from tests.bench.scale import Scale

SETTLED_SECONDS = 15.0


async def idles(home: Path, scale: Scale) -> Json:
    """The deployment as `tt up` starts it, with its supervisor, which is this process."""
    async with running(home / "deployment", lambda _: None) as deployed:
        pids = {name: server.process.pid for name, server in deployed.servers.items()} | {"supervisor": os.getpid()}
        await asyncio.sleep(SETTLED_SECONDS)
        began, before = monotonic(), {name: cpu_us(pid) for name, pid in pids.items()}
        await asyncio.sleep(scale.idle_seconds)
        microseconds = (monotonic() - began) * MICROSECONDS
        shares = {name: (cpu_us(pid) - before[name]) / microseconds for name, pid in pids.items()}
    return {"seconds": scale.idle_seconds, "shares": shares}
