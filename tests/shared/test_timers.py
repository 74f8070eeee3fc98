"""Durable timers: an aggregate gets its tick when it is due, and one that fails stops no other."""

from datetime import timedelta

import pytest

from shared import timers
from shared.clock import now
from shared.timers import sweep
from tests.support.builders.toys import COMPANY, OTHER, announce
from tests.support.servers.kernel import Toys, enveloped

ONE, TWO = str(COMPANY), str(OTHER)
SOON = now() - timedelta(seconds=1)


async def test_an_aggregate_is_made_due_once_when_its_moment_has_come(toy: Toys) -> None:
    await toy.tallies.handle(ONE, announce(wake_at=SOON), enveloped())
    await toy.tallies.handle(TWO, announce(OTHER, wake_at=now() + timedelta(hours=1)), enveloped())

    await sweep(toy.tallies, {})
    await sweep(toy.tallies, {})

    notified, asleep = (await toy.tallies.read(ONE)), (await toy.tallies.read(TWO))
    assert (notified.state.rung_at is not None, notified.sequence) == (True, 2)
    assert (asleep.state.rung_at, asleep.sequence) == (None, 1)
    assert (await toy.tallies.documents.load([ONE]))[ONE].due is None


async def test_one_that_fails_is_postponed_and_the_others_are_handled(
    toy: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    await toy.tallies.handle(ONE, announce(wake_at=SOON - timedelta(seconds=1)), enveloped())
    await toy.tallies.handle(TWO, announce(OTHER, wake_at=SOON), enveloped())
    evolve = toy.tallies.decider.evolve

    def breaks_for_one(state, fact):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        if fact.kind == "rung" and state.wake_at < SOON:
            raise ZeroDivisionError
        return evolve(state, fact)

    monkeypatch.setattr(type(toy.tallies.decider), "evolve", property(lambda _: breaks_for_one), raising=False)
    await sweep(toy.tallies, {})

    due = (await toy.tallies.documents.load([ONE]))[ONE].due
    assert due is not None
    assert due > now() + timers.POSTPONED / 2
    assert (await toy.tallies.read(TWO)).state.rung_at is not None


async def test_an_aggregate_that_is_made_due_is_handled(toy: Toys) -> None:
    await toy.tallies.handle(ONE, announce(), enveloped())
    assert await toy.tallies.documents.make_due({"state.number": 1}, now()) == 1
    await sweep(toy.tallies, {})
    assert (await toy.tallies.documents.load([ONE]))[ONE].due is None
