"""What every command does in every status, as tables in the notation of programme 3.

The head of a table names its statuses, a row its command, and a cell the outcome: facts, `code` for a refusal, or ().
The name of a group stands for all its commands or statuses; a blank line ends a table.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, get_args

from shared.decider import Command, Decider
from shared.errors import Refused
from tests.support.builders.deciding import C, F, S, live

Cell = tuple[str, str, str]
Row = tuple[Sequence[Command], str, Any]  # commands, the code with which the last is refused, and the state before them


def cells(tables: str, **groups: Iterable[str]) -> list[Cell]:
    """Command, status and outcome of every cell."""
    return [cell for table in tables.strip().split("\n\n") for cell in _cells(table, groups)]


def _cells(table: str, groups: Mapping[str, Iterable[str]]) -> Iterator[Cell]:
    (_, *columns), *rows = ([cell.strip() for cell in row.split("|")] for row in table.splitlines())
    for command, *outcomes in rows:
        for column, outcome in zip(columns, outcomes, strict=True):
            for statuses in (groups.get(status, (status,)) for status in column.split()):
                yield from product(groups.get(command, (command,)), statuses, (outcome,))


def what_comes(decider: Decider[C, S, F], commands: Sequence[C], state: S) -> str:
    """What the last of these commands leads to, once the others are done, in the words of a cell."""
    *before, command = commands
    now, _ = live(decider, before, state)
    try:
        facts = decider.decide(command, now)
    except Refused as refused:
        return f"`{refused.code}`"
    return ", ".join(type(fact).__name__ for fact in facts) or "()"


def refused(decider: Decider[Any, Any, Any], rows: Iterable[Row]) -> set[tuple[str, str]]:
    """Which commands are refused with which codes; fails on a row that does not come true."""
    rows = list(rows)
    assert [what_comes(decider, commands, state) for commands, _, state in rows] == [f"`{code}`" for _, code, _ in rows]
    return {(type(commands[-1]).__name__, code) for commands, code, _ in rows}


def declared(decider: Decider[Any, Any, Any]) -> set[tuple[str, str]]:
    """Every command with every code that its aggregate declares for it."""
    return {(kind.__name__, code) for kind, codes in decider.refuses.items() for code in codes}


def in_cells(found: Iterable[Cell], commands: Mapping[str, Sequence[Command]]) -> set[tuple[str, str]]:
    """The refusals in the cells of a table."""
    return {
        (type(commands[command][-1]).__name__, outcome.strip("`"))
        for command, _, outcome in found
        if outcome.startswith("`")
    }


def assert_whole(
    found: Iterable[Cell], commands: Mapping[str, Sequence[Command]], statuses: Iterable[str], asked: Any
) -> None:
    """Every kind of command that may be asked has a row, and every row one cell for every status."""
    assert {type(last) for *_, last in commands.values()} == set(get_args(asked))
    assert sorted((command, status) for command, status, _ in found) == sorted(product(commands, statuses))
