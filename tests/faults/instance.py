"""A service in a process of its own, started as the deployment starts it."""

from collections.abc import Mapping
from pathlib import Path

from deploy.local.processes import LOOPBACK, free_port
from deploy.local.supervisor import Program


class Instance(Program):
    """One process of a service at `url`; `async with` returns when it serves, which may be before it is ready."""

    def __init__(self, service: str, log: Path, settings: Mapping[str, str]) -> None:
        port = free_port()
        self.url = f"http://{LOOPBACK}:{port}"
        super().__init__(f"services.{service}.main", port, "/livez", log, settings)
