"""Several companies side by side: the steps of each in its own column, with the events on the bus meanwhile."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

TIME_WIDTH = 7
COLUMN_WIDTH = 29
ROW_SECONDS = 1.0


@dataclass
class Column:
    """One company: its step in the present row, the events on the bus since, and every stage with its second."""

    step: str = ""
    events: Counter[str] = field(default_factory=Counter)
    stages: list[tuple[str, float]] = field(default_factory=list)

    def latest(self) -> Text:
        events = [kind if count == 1 else f"{kind} ({count})" for kind, count in self.events.items()]
        return Text("\n").join(
            [*([Text(self.step)] if self.step else []), *(Text(f"→ {event}", "dim") for event in events)]
        )

    def way(self) -> Text:
        return Text("\n").join(Text(f"{name.replace('_', ' '):20}{seconds:5.1f} s") for name, seconds in self.stages)

    def clear(self) -> None:
        self.step = ""
        self.events.clear()


class Columns:
    """The columns by company id, which is the key of a company's messages. `emit` gets every complete row."""

    def __init__(
        self, companies: Mapping[str, str], emit: Callable[[RenderableType], None], seconds: Callable[[], float]
    ) -> None:
        self._companies = companies
        self._emit = emit
        self._seconds = seconds
        self._began: float | None = None
        self._by_company: dict[str, Column] = defaultdict(Column)
        self._shown: dict[str, Column] = {name: Column() for name in companies}

    def registered(self, name: str, company_id: str) -> None:
        """Shows the column of this company under its name from now on, with the events that came before."""
        self._shown[name] = self._by_company[company_id]

    def step(self, company_id: str, text: str) -> None:
        """Begins a new row if the present one has a step of this company already."""
        if self._by_company[company_id].step:
            self.flush()
        self._begin()
        self._by_company[company_id].step = text

    def event(self, company_id: str, kind: str) -> None:
        self._begin()
        self._by_company[company_id].events[kind] += 1

    def stage(self, company_id: str, name: str) -> None:
        """Notes the stage that a company has reached, unless it is the one noted last."""
        stages = self._by_company[company_id].stages
        if not stages or stages[-1][0] != name:
            stages.append((name, self._seconds()))

    def flush(self) -> None:
        """Emits the present row."""
        if self._began is not None:
            self._emit(self.latest())
            self._began = None
            for column in self._shown.values():
                column.clear()

    def header(self) -> RenderableType:
        return _beside(
            "", (Text.assemble((name, "bold"), "\n", (what, "dim")) for name, what in self._companies.items())
        )

    def latest(self) -> RenderableType:
        """The present row."""
        return _beside(
            "" if self._began is None else f"{self._began:5.1f} s", (column.latest() for column in self._shown.values())
        )

    def ways(self) -> RenderableType:
        """The stages of each company so far."""
        return _beside("", (column.way() for column in self._shown.values()))

    def _begin(self) -> None:
        """Begins a row, unless the present one is younger than a second."""
        if self._began is not None and self._seconds() - self._began > ROW_SECONDS:
            self.flush()
        if self._began is None:
            self._began = self._seconds()


def _beside(time: str, cells: Iterable[Text]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=TIME_WIDTH, style="dim")
    shown = list(cells)
    for _ in shown:
        table.add_column(width=COLUMN_WIDTH)
    table.add_row(time, *shown)
    return table
