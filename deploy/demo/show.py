"""How the demo looks: stages and the tail of the bus on a terminal, a line for each step anywhere else."""

from collections import deque
from collections.abc import Mapping
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

STAGES = ("deployment", "application", "review", "risk", "site validation", "decision", "partners", "withdrawal", "proof")
TAIL = 8


class Show:
    """Tells what happens while it happens."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._began = monotonic()
        self._times: dict[str, float] = {}
        self._tail: deque[str] = deque(maxlen=TAIL)
        self._live = Live(console=self._console, get_renderable=self._picture, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._console.is_terminal:
            self._live.stop()

    @property
    def seconds(self) -> float:
        return round(monotonic() - self._began, 1)

    def stage(self, name: str) -> None:
        """The story has come to this stage."""
        self._times[name] = self.seconds
        self._console.print(f"\n[bold]{name}[/]")

    def step(self, text: str) -> None:
        self._console.print(f"[dim]{self.seconds:5.1f} s[/]  {text}")

    def event(self, kind: str) -> None:
        """A message has crossed the bus."""
        self._tail.append(kind)
        if not self._console.is_terminal:
            self._console.print(f"         bus: {kind}")

    def record(self, title: str, fields: Mapping[str, object]) -> None:
        """One value, field by field."""
        table = Table("field", "value", title=title, title_justify="left", show_lines=False)
        for name, value in fields.items():
            table.add_row(name, Text(str(value)))
        self._console.print(table)

    def _picture(self) -> RenderableType:
        stages = Table.grid(padding=(0, 2))
        for name in STAGES:
            began = self._times.get(name)
            stages.add_row(name if began is None else f"[green]{name}[/]", "" if began is None else f"{began:.1f} s")
        bus = Panel("\n".join(self._tail) or "silence", title="the bus", width=60)
        return Group(Table.grid(padding=(0, 4)), _beside(stages, bus))


def _beside(left: RenderableType, right: RenderableType) -> Table:
    both = Table.grid(padding=(0, 4))
    both.add_row(left, right)
    return both
