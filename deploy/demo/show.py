"""How the demo looks: a line or a table for each event; a terminal also shows the present row beneath."""

from collections.abc import Mapping
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table

from deploy.demo.lanes import Lanes

WIDTH = 100


class Show:
    """Prints what happens, when it happens."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._console.width = min(self._console.width, WIDTH) if self._console.is_terminal else WIDTH
        self._began = monotonic()
        self._lanes: Lanes | None = None
        self._live = Live(console=self._console, get_renderable=self._picture, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def seconds(self) -> float:
        return monotonic() - self._began

    def chapter(self, name: str) -> None:
        self._console.print(f"\n[bold]{name}[/]")

    def step(self, text: str) -> None:
        line = Table.grid(padding=(0, 2))
        line.add_row(f"[dim]{self.seconds():5.1f} s[/]", text)
        self._console.print(line)

    def table(self, title: str, table: Table) -> None:
        self._console.print("", title, table, sep="\n")

    def side_by_side(self, companies: Mapping[str, str]) -> Lanes:
        """Lanes for these companies, by name, with what each is."""
        self._lanes = Lanes(companies, self._console.print, self.seconds)
        self._console.print(self._lanes.header())
        return self._lanes

    def together(self) -> None:
        """Ends the lanes: shows the stages of each company; from now on every step is a line of its own."""
        if self._lanes:
            self._lanes.flush()
            self._console.print("", self._lanes.header(), self._lanes.ways(), sep="\n")
            self._lanes = None

    def _picture(self) -> RenderableType:
        return Group(self._lanes.latest(), "", self._lanes.header(), self._lanes.ways()) if self._lanes else Group()
