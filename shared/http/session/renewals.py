"""Sessions are renewed once, however many tabs and services ask at the same time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from time import monotonic

from shared.clock import now
from shared.errors import Unavailable
from shared.http.session.session import FRESH_FOR, Session

KEPT_SECONDS = 60.0
YOUNG = FRESH_FOR / 2
MOST_KEPT = 10_000
Renewal = asyncio.Future[Session | None]


class Renewals:
    """Has each session renewed once; whoever comes second within a minute gets the same answer.

    An issuer that rotates refresh tokens takes each of them once, and ends the whole sign-in when one comes again, as
    it would from six tabs. So the answer is kept under the hash of the token that was given for it. It is kept in
    this process alone: a gateway sends all of `/session/` to one service, and to another only while that one is away.
    Who comes second just then signs in again.
    """

    def __init__(self, renew: Callable[[Session], Awaitable[Session | None]]) -> None:
        self._renew = renew
        self._answers: dict[bytes, tuple[float, Renewal]] = {}
        self._ended: dict[str, datetime] = {}

    async def renewed(self, session: Session) -> Session | None:
        """The session as it goes on; None if it has ended. One that was renewed a moment ago stays as it is.

        Raises Unavailable, after which it may be tried again.
        """
        if session.refresh_token is None or session.id in self._ended:
            return None
        if session.fresh_until - now() > YOUNG:
            return session
        digest = sha256(session.refresh_token.encode()).digest()
        self._forget_old()
        if digest not in self._answers:
            self._answers[digest] = (monotonic(), asyncio.ensure_future(self._renew(session)))
        _, answer = self._answers[digest]
        try:
            renewed = await asyncio.shield(answer)
        except Unavailable:
            self._answers.pop(digest, None)
            raise
        return None if session.id in self._ended else renewed

    def end(self, session: Session) -> None:
        """From now on nobody has this session renewed, with whichever of its tokens."""
        at = now()
        self._ended = {id_: ends_at for id_, ends_at in self._ended.items() if ends_at > at}
        self._ended[session.id] = session.ends_at

    def _forget_old(self) -> None:
        for digest, (began, _) in [*self._answers.items()]:
            if monotonic() - began < KEPT_SECONDS and len(self._answers) <= MOST_KEPT:
                return
            del self._answers[digest]
