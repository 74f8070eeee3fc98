"""A service in a process of its own, started as the deployment starts it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.local.processes import LOOPBACK, free_port
from deploy.local.programs import PYTHON, Program


class Instance(Program):
    """One process at `url`; `async with` returns when it serves, which may be before it is ready."""

    def __init__(self, module: str, log: Path, settings: Mapping[str, str]) -> None:
        port = free_port()
        self.url = f"http://{LOOPBACK}:{port}"
        super().__init__([*PYTHON, "-m", module], port, "/livez", log, settings)

    def logged(self, event: str) -> bool:
        return f'"{event}"' in self.process.log.read_text("utf-8")


Start = Callable[..., Instance]
