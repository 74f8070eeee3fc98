"""Given / when / then for deciders: facts in, a command, facts or a refusal out."""

from collections.abc import Iterable
from typing import TypeVar

from shared.contracts.event import Outgoing
from shared.decider import AggregateState, Command, Decider, Fact
from shared.errors import Refused

C = TypeVar("C", bound=Command)
S = TypeVar("S", bound=AggregateState)
F = TypeVar("F", bound=Fact)


def given(decider: Decider[C, S, F], *facts: F) -> S:
    """The state in which these facts leave an aggregate."""
    state = decider.absent
    for fact in facts:
        state = decider.evolve(state, fact)
    return state


def refusal(decider: Decider[C, S, F], command: C, state: S) -> str:
    """The code with which the command is refused; empty if it is not."""
    try:
        decider.decide(command, state)
    except Refused as refused:
        return refused.code
    return ""


def live(decider: Decider[C, S, F], commands: Iterable[C], state: S | None = None) -> tuple[S, tuple[F, ...]]:
    """One life: every command in turn, refusals changing nothing; the state at its end and all facts."""
    now = decider.absent if state is None else state
    facts: tuple[F, ...] = ()
    for command in commands:
        try:
            decided = decider.decide(command, now)
        except Refused:
            continue
        for fact in decided:
            now = decider.evolve(now, fact)
        facts += decided
    return now, facts


def assert_fold_law(decider: Decider[C, S, F], commands: Iterable[C]) -> None:
    """Law: the state, stored and read again, is the fold of the facts, journalled and read again."""
    state, facts = live(decider, commands)
    stored = decider.states.validate_python(decider.states.dump_python(state, mode="json"))
    journalled = (decider.facts.validate_json(decider.facts.dump_json(fact)) for fact in facts)
    assert stored == given(decider, *journalled) == state


def messages(decider: Decider[C, S, F], commands: Iterable[C], state: S | None = None) -> list[Outgoing]:
    """The messages that are published in one life."""
    now = decider.absent if state is None else state
    published = []
    for fact in live(decider, commands, now)[1]:
        now = decider.evolve(now, fact)
        published.append(decider.publish(fact, now))
    return [outgoing for outgoing in published if outgoing]
