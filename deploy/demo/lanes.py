"""Several companies side by side: what happens to each in a column of its own, beneath it the events that cross the bus meanwhile."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

TIME_WIDTH = 7
LANE_WIDTH = 29
ROW_SECONDS = 1.0


@dataclass
class Row:
    """What happens at about the same time: at most one step for each company."""

    began: float
    steps: dict[str, str] = field(default_factory=dict)


class Lanes:
    """A company's lane goes by its name, the events and stages by the key of its messages; `emit` gets every row that is complete."""

    def __init__(self, companies: Mapping[str, str], emit: Callable[[RenderableType], None], seconds: Callable[[], float]) -> None:
        self._companies = companies
        self._emit = emit
        self._seconds = seconds
        self._row: Row | None = None
        self._keys: dict[str, str] = {}
        self._crossed: dict[str, Counter[str]] = defaultdict(Counter)
        self._stages: dict[str, list[tuple[str, float]]] = defaultdict(list)

    def header(self) -> RenderableType:
        return _beside("", [Text.assemble((name, "bold"), "\n", (what, "dim")) for name, what in self._companies.items()])

    def known(self, company: str, key: str) -> None:
        """Under which key the messages about this company go."""
        self._keys[company] = key

    def step(self, company: str, text: str) -> None:
        row = self._at_hand()
        if company in row.steps:
            self.flush()
            row = self._at_hand()
        row.steps[company] = text

    def event(self, key: str, kind: str) -> None:
        self._at_hand()
        self._crossed[key][kind] += 1

    def stage(self, key: str, name: str) -> None:
        """A company has come to this stage; it may come to one again."""
        stages = self._stages[key]
        if not stages or stages[-1][0] != name:
            stages.append((name, self._seconds()))

    def flush(self) -> None:
        if self._row:
            self._emit(self.latest())
            self._row = None
            for key in self._keys.values():
                self._crossed.pop(key, None)

    def latest(self) -> RenderableType:
        """The row at hand."""
        return (
            Group()
            if self._row is None
            else _beside(f"{self._row.began:5.1f} s", [self._cell(self._row, name) for name in self._companies])
        )

    def ways(self) -> RenderableType:
        """The stages of each company so far, and when it came to each."""
        return _beside("", [Text("\n").join(self._way(self._keys.get(name, ""))) for name in self._companies])

    def _at_hand(self) -> Row:
        if self._row and self._seconds() - self._row.began > ROW_SECONDS:
            self.flush()
        self._row = self._row or Row(self._seconds())
        return self._row

    def _cell(self, row: Row, company: str) -> Text:
        counted = self._crossed[self._keys[company]].items() if company in self._keys else ()
        events = [kind if count == 1 else f"{kind} ({count})" for kind, count in counted]
        lines = [Text(row.steps[company])] if company in row.steps else []
        return Text("\n").join([*lines, *(Text(f"→ {event}", "dim") for event in events)])

    def _way(self, key: str) -> list[Text]:
        stages = self._stages[key] if key in self._stages else []
        return [Text(f"{name.replace('_', ' '):20}{seconds:5.1f} s") for name, seconds in stages]


def _beside(time: str, cells: list[Text]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=TIME_WIDTH, style="dim")
    for _ in cells:
        table.add_column(width=LANE_WIDTH)
    table.add_row(time, *cells)
    return table
