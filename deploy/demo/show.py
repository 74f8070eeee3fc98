"""How the demo looks: a line or a table for each event; a terminal also shows the present row beneath."""

from collections.abc import Mapping
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table

from deploy.demo.columns import Columns

WIDTH = 100


class Show:
    """Prints each step as it happens."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._console.width = min(self._console.width, WIDTH) if self._console.is_terminal else WIDTH
        self._began = monotonic()
        self._columns: Columns | None = None
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

    def side_by_side(self, companies: Mapping[str, str]) -> Columns:
        """Columns for these companies, by name, with what each is."""
        self._columns = Columns(companies, self._console.print, self.seconds)
        self._console.print(self._columns.header())
        return self._columns

    def together(self) -> None:
        """Ends the columns: shows the stages of each company; from now on every step is a line of its own."""
        if self._columns:
            self._columns.flush()
            self._console.print("", self._columns.header(), self._columns.ways(), sep="\n")
            self._columns = None

    def _picture(self) -> RenderableType:
        return (
            Group(self._columns.latest(), "", self._columns.header(), self._columns.ways())
            if self._columns
            else Group()
        )
