"""What every command does in every status, as a table in the notation of programme.md 3: facts, () for nothing, `code` for a refusal."""

from collections.abc import Iterator

from shared.decider import Decider
from shared.errors import Refused
from tests.support.deciding import C, F, S


def cells(table: str, **groups: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Command, life and what comes of it. A row without a command is about the one above; the name of a group stands for its commands."""
    above = ""
    for row in table.strip().splitlines():
        commands, lives, outcome = (cell.strip() for cell in row.split("|"))
        above = commands or above
        yield from ((command, life, outcome) for command in groups.get(above, (above,)) for life in lives.split())


def what_comes(decider: Decider[C, S, F], command: C, state: S) -> str:
    """The cell of such a table."""
    try:
        facts = decider.decide(command, state)
    except Refused as refused:
        return f"`{refused.code}`"
    return ", ".join(type(fact).__name__ for fact in facts) or "()"
