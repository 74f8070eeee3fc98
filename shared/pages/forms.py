"""A form that a page has sent: read, turned into a command, and shown again with what was typed if that is refused."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Annotated, Any, Self, TypeVar
from urllib.parse import parse_qsl

from fastapi import Depends
from fastapi import Request as HttpRequest
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from shared.errors import Refused, Unavailable
from shared.http.call import Call
from shared.model import Model
from shared.pages.drafts import drafts_of, form_name, keep
from shared.pages.faults import Unfitting, faults_of, faults_of_refusal
from shared.pages.fields import Given, gathered, validated
from shared.pages.filled import Filled, fresh_key
from shared.pages.stale import CHANGED_MEANWHILE, Standing, merged, seen_in
from shared.pages.typography import time
from shared.pages.visit import SignedVisit

__all__ = ["Filled", "FormSent", "Sent"]

OF_THE_FORM = "form-"
KEY, ACT, SEEN, DRAFT, LOOK = (f"{OF_THE_FORM}{name}" for name in ("key", "act", "seen", "draft", "look"))
DISCARD = "discard"
MOST_FIELDS = 2_000
NOT_THERE, CONFLICT, INVALID = 404, 409, 422
TRIES = 5
_KEYS = re.compile(r"[A-Za-z0-9._-]{1,120}")
Body = TypeVar("Body", bound=Model)
Outlook = TypeVar("Outlook")
Edge = Callable[[Call], Awaitable[object]]


@dataclass(frozen=True)
class Sent:
    """What the form of a page has sent: the fields that somebody has filled in, and those of the form itself.

    `act` names one of several forms of a page.
    """

    page: str
    ids: Mapping[str, str]
    given: Given
    controls: Given

    def control(self, name: str) -> str:
        return self.controls.get(name, ("",))[-1]

    @property
    def act(self) -> str:
        return self.control(ACT)

    @property
    def key(self) -> str:
        return self.control(KEY) if _KEYS.fullmatch(self.control(KEY)) else fresh_key()

    @property
    def seen(self) -> str:
        return self.control(SEEN)

    @property
    def looks_ahead(self) -> bool:
        """Whether its sender wants to see first what it would lead to."""
        return bool(self.control(LOOK))

    @property
    def name(self) -> str:
        """What tells this form from all others."""
        return form_name(self.page, self.ids, self.act)

    @property
    def filled(self) -> Filled:
        """The form as it was sent."""
        return Filled(self.given, key=self.key, act=self.act, seen=self.seen)

    @property
    def digest(self) -> str:
        """Of what it says: the same from either language's address."""
        return sha256(repr((self.name, sorted(self.given.items()))).encode()).hexdigest()

    def body(self, kind: type[Body], read_as: Mapping[str, Any] | None = None) -> Body:
        """The body of the command. Raises Unfitting."""
        try:
            body: Body = validated(self.given, kind, read_as)
        except ValidationError as invalid:
            raise Unfitting(self.placed(faults_of(invalid, self.given, kind, read_as))) from None
        return body

    @property
    def refusable(self) -> Given:
        """What a refusal may be about: the fields that are sent."""
        return self.given

    def placed(self, faults: Mapping[str, str]) -> Mapping[str, str]:
        """The faults by the fields that this form has."""
        return faults

    async def command(self, visit: SignedVisit, edge: Edge, part: str = "") -> Filled | None:
        """Has a command done, once for each key; None, or the form as it is to be shown again.

        `part` tells several commands of one form apart.
        """
        key = f"{self.key}/{part}" if part else self.key
        refused = await self.tried(visit, partial(edge, visit.call.sent_by_form(key, self.digest)))
        return await self._ended(visit, refused)

    async def change(
        self,
        visit: SignedVisit,
        standing: Callable[[], Awaitable[Standing]],
        edge: Callable[[Self, Call], Awaitable[object]],
    ) -> Filled | None:
        """Like `command`, for a form that replaces what stands: what others have changed meanwhile is kept.

        The edge is given the form as it is to be written. Raises Unavailable.
        """
        call = visit.call.sent_by_form(self.key, self.digest)
        for _ in range(TRIES):
            stands = await standing()
            merge, seen = merged(self.given, self.seen, stands.given), seen_in(stands.given)
            if merge.theirs:
                faults = dict.fromkeys(merge.theirs, CHANGED_MEANWHILE)
                both = Filled(merge.given, faults, CONFLICT, act=self.act, seen=seen, theirs=merge.theirs)
                return await self._ended(visit, both)
            onto = replace(self, given=merge.given, controls={**self.controls, SEEN: (seen,)})
            with suppress(_Overtaken):
                edge_onto = partial(edge, onto, call.expecting(stands.sequence))
                return await self._ended(visit, await onto.tried(visit, edge_onto))
        raise Unavailable("busy")

    async def tried(self, visit: SignedVisit, edge: Callable[[], Awaitable[object]]) -> Filled | None:
        """None, or the form with its faults. Raises Refused for what is not there, _Overtaken, or Unavailable."""
        try:
            await edge()
        except Unfitting as unfitting:
            return self._unfitting(unfitting)
        except Refused as refused:
            if refused.code == "stale":
                raise _Overtaken from None
            return self._refused(visit, refused)
        return None

    def ahead(self, visit: SignedVisit, look: Callable[[], Outlook]) -> Outlook | Filled:
        """What it would lead to, or the form with its faults; nothing is done. Raises Refused for what is not there."""
        try:
            return look()
        except Unfitting as unfitting:
            return self._unfitting(unfitting)
        except Refused as refused:
            return self._refused(visit, refused)

    def _unfitting(self, unfitting: Unfitting) -> Filled:
        return replace(self.filled, faults=unfitting.faults, status=INVALID)

    def _refused(self, visit: SignedVisit, refused: Refused) -> Filled:
        """Raises the refusal of what is not there."""
        status = visit.renderer.status(refused.code)
        if status == NOT_THERE:
            raise refused
        faults = self.placed(faults_of_refusal(refused, self.refusable))
        return replace(self.filled, faults=faults, status=status, key=fresh_key())

    async def _ended(self, visit: SignedVisit, refused: Filled | None) -> Filled | None:
        """What was done needs no draft; what was refused is kept as one, if there is room."""
        if refused is None:
            await drafts_of(visit.http).erase(visit.session.subject, self.name, self.key)
        else:
            with suppress(Refused):
                await keep(visit.http, visit.session.subject, self.name, replace(refused, key=fresh_key()))
        return refused

    async def set_aside(self, visit: SignedVisit) -> Response | None:
        """Keeps what is sent for later, or forgets what was kept, if that is all that is asked; None otherwise.

        Raises Refused: "too_large", "too_many_drafts".
        """
        if not self.control(DRAFT):
            return None
        if self.control(DRAFT) == DISCARD:
            await drafts_of(visit.http).erase(visit.session.subject, self.name, self.key)
            return visit.leave(self.page, done="discarded")
        draft = await keep(visit.http, visit.session.subject, self.name, self.filled)
        if "application/json" in visit.http.headers.get("accept", ""):
            at = time(draft.at, visit.language)
            return JSONResponse({"saved": visit.renderer.phrase("draft.saved", visit.language, time=at)})
        return visit.leave(self.page)


class _Overtaken(Exception):  # noqa: N818 - what happened
    """Somebody else has written between our reading and our writing."""


def read_form(text: str) -> Given:
    """The fields of a form as a browser encodes them. Raises ValueError."""
    pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    return gathered((name, with_line_feeds(value)) for name, value in pairs)


def with_line_feeds(value: str) -> str:
    """A browser ends the lines of a text with CR LF."""
    return value.replace("\r\n", "\n")


def divided(fields: Given) -> tuple[Given, Given]:
    """What somebody has filled in, and what the form itself needs."""

    def only(names: Iterable[str]) -> Given:
        return {name: fields[name] for name in names}

    own = [name for name in fields if name.startswith(OF_THE_FORM)]
    return only(name for name in fields if name not in own), only(own)


async def read_sent(request: HttpRequest) -> Sent:
    """Raises Refused("malformed")."""
    try:
        given, controls = divided(read_form((await request.body()).decode()))
    except ValueError:
        raise Refused("malformed", field="body") from None
    sent = Sent(request.scope["route"].name, request.path_params, given, controls)
    request.state.sent = sent
    return sent


FormSent = Annotated[Sent, Depends(read_sent)]
