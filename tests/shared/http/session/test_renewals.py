"""A session is renewed once, whoever asks; and not at all when it has ended."""

import asyncio
from datetime import timedelta

import pytest

from shared.clock import now
from shared.errors import Unavailable
from shared.http.session import renewals
from shared.http.session.renewals import KEPT_SECONDS, Renewals
from shared.http.session.session import FRESH_FOR, LASTS_FOR, Session
from tests.support.builders.sessions import SESSION

TABS = 6


def old(named: str = "first") -> Session:
    at = now()
    times = {"fresh_until": at - timedelta(seconds=1), "ends_at": at + LASTS_FOR}
    return SESSION.model_copy(update={"refresh_token": named, **times})


class Rotating:
    """An issuer that takes each token once; `away` times it does not answer."""

    def __init__(self, away: int = 0) -> None:
        self.taken: list[str] = []
        self.away = away

    async def renew(self, session: Session) -> Session | None:
        await asyncio.sleep(0)
        if self.away:
            self.away -= 1
            raise Unavailable("issuer_unavailable")
        token = str(session.refresh_token)
        known = token not in self.taken
        self.taken.append(token)
        renewed = {"refresh_token": f"{token}+", "fresh_until": now() + FRESH_FOR}
        return session.model_copy(update=renewed) if known else None


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that have passed."""
    passed = [0.0]
    monkeypatch.setattr(renewals, "monotonic", lambda: passed[0])
    return passed


async def test_six_tabs_have_it_renewed_once() -> None:
    issuer = Rotating()
    renewing = Renewals(issuer.renew)
    answers = await asyncio.gather(*(renewing.renewed(old()) for _ in range(TABS)))
    assert issuer.taken == ["first"]
    assert {answer and answer.refresh_token for answer in answers} == {"first+"}


async def test_whoever_comes_second_within_a_minute_gets_the_same(passing: list[float]) -> None:
    issuer = Rotating()
    renewing = Renewals(issuer.renew)
    first = await renewing.renewed(old())
    passing[0] = KEPT_SECONDS - 1
    assert await renewing.renewed(old()) == first
    passing[0] = KEPT_SECONDS
    assert await renewing.renewed(old()) is None, "the issuer has taken the token"
    assert issuer.taken == ["first", "first"]


async def test_one_that_was_renewed_a_moment_ago_stays_as_it_is() -> None:
    issuer = Rotating()
    young = old().model_copy(update={"fresh_until": now() + FRESH_FOR})
    assert await Renewals(issuer.renew).renewed(young) == young
    assert issuer.taken == []


async def test_while_the_issuer_is_away_nothing_is_lost() -> None:
    issuer = Rotating(away=1)
    renewing = Renewals(issuer.renew)
    outcomes = await asyncio.gather(*(renewing.renewed(old()) for _ in range(TABS)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {Unavailable}
    assert await renewing.renewed(old())


async def test_a_tab_that_is_closed_takes_nothing_from_the_others() -> None:
    issuer = Rotating()
    renewing = Renewals(issuer.renew)
    closed = asyncio.ensure_future(renewing.renewed(old()))
    await asyncio.sleep(0)
    closed.cancel()
    assert await renewing.renewed(old())
    assert issuer.taken == ["first"]


async def test_an_ended_session_is_renewed_with_none_of_its_tokens() -> None:
    renewing = Renewals(Rotating().renew)
    renewed = await renewing.renewed(old())
    assert renewed
    renewing.end(renewed)
    assert [await renewing.renewed(each) for each in (old(), renewed, old("another"))] == [None, None, None]
    assert await renewing.renewed(old().model_copy(update={"id": "of somebody else"}))


async def test_one_that_ends_while_it_is_renewed_is_not() -> None:
    renewing = Renewals(Rotating().renew)
    asked = asyncio.ensure_future(renewing.renewed(old()))
    await asyncio.sleep(0)
    renewing.end(old())
    assert await asked is None


async def test_no_more_answers_are_kept_than_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewals, "MOST_KEPT", 2)
    renewing = Renewals(Rotating().renew)
    for number in range(5):
        await renewing.renewed(old(str(number)))
    assert len(renewing._answers) == 3  # noqa: SLF001 - the bound, and the one in hand
