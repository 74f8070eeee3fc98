"""What every command does in every status, as a table in the notation of programme.md 3: facts, () for nothing, `code` for a refusal."""

from collections.abc import Iterable, Iterator

from shared.decider import Decider
from shared.errors import Refused
from tests.support.deciding import C, F, S


def cells(table: str, **groups: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Command, life and what comes of it. A row without a command is about those above; the name of a group stands for its words."""
    commands: list[str] = []
    for row in table.strip().splitlines():
        named, lives, outcome = (cell.strip() for cell in row.split("|"))
        commands = _spelled(named, groups) or commands
        yield from ((command, life, outcome) for command in commands for life in _spelled(lives, groups))


def _spelled(cell: str, groups: dict[str, Iterable[str]]) -> list[str]:
    return [word for name in cell.split() for word in groups.get(name, (name,))]


def what_comes(decider: Decider[C, S, F], command: C, state: S) -> str:
    """The last column of such a table."""
    try:
        facts = decider.decide(command, state)
    except Refused as refused:
        return f"`{refused.code}`"
    return ", ".join(type(fact).__name__ for fact in facts) or "()"
