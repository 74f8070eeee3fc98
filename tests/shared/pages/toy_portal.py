"""A portal of two toy pages on the real kernel and a real database: one form, and one with a file."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Annotated, Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import httpx
from fastapi.responses import Response

from shared.handling import Aggregate, Receipt
from shared.http.call import Call
from shared.http.session.session import Sessions
from shared.http.state import ServiceState, deps
from shared.pages import visits
from shared.pages.drafts import drafted
from shared.pages.forms import Filled, FormSent, Sent
from shared.pages.multipart import FileSent
from shared.pages.visits import PageRouter, SignedVisit
from shared.programme.forms import Form
from shared.programme.forms.texts import OneLine
from shared.service import Kernel
from shared.settings import ServiceSettings
from shared.store.client import Database, connect
from tests.support.builders.toys import Announce, tally
from tests.support.built import tasks_of
from tests.support.servers.browser import Browser, signed_in, signed_in_before
from tests.support.servers.bus import until
from tests.support.servers.served import SESSION_KEY
from tests.support.servers.serving import client, serving
from tests.support.templates import give

PORTAL = "https://portal.example"
PAGE = """{% extends "base.html" %}
{% import "form.html" as fields with context %}
{% import "draft.html" as draft with context %}
{% block main %}
{{ fields.summary(form, {"text": "T", "file": "F"}) }}{{ draft.notice(form) }}
{{ ui.done(done) }}
<form method="post" action="{{ itself }}">
{{ fields.begin(form) }}{{ fields.text(form, "text", label="T") }}{{ draft.later() }}</form>
{% endblock %}"""
router = PageRouter()
Trader = Annotated[SignedVisit, visits.signed_in("trader")]


@dataclass(frozen=True)
class Deps:
    tallies: Aggregate[Any, Any, Any]


AtDeps = Annotated[Deps, deps()]


class Line(Form):
    text: OneLine


@router.page("welcome")
async def show_line(visit: Trader) -> Response:
    return visit.show("toy.html", form=await drafted(visit, Filled()))


@router.form("welcome")
async def send_line(visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    """One announcement for every part that is named."""
    for part in sent.given.get("part", ("",)):
        refused = await sent.command(visit, partial(announced, sent, deps), part)
        if refused:
            return visit.show("toy.html", refused.status, form=refused)
    return visit.leave("welcome")


@router.form("documents", with_file=True)
async def send_file(visit: Trader, sent: FileSent, deps: AtDeps) -> Response:
    async def edge(call: Call) -> Receipt:
        sent.body(Line)
        digest = sha256()
        async for chunk in sent.chunks:
            digest.update(chunk)
        return await announced(sent, deps, call.with_file(digest.hexdigest()))

    refused = await sent.command(visit, edge)
    return visit.show("toy.html", refused.status, form=refused) if refused else visit.leave("welcome")


async def announced(sent: Sent, deps: Deps, call: Call) -> Receipt:
    company = tally_of(call.caller.subject)
    command = Announce(at=call.at, actor=call.actor, company=company, padding=sent.body(Line).text)
    return await call.handle(deps.tallies, str(company), command)


def tally_of(subject: str) -> UUID:
    """Everybody has a tally."""
    return uuid5(NAMESPACE_OID, subject)


@dataclass(frozen=True)
class ToyPortal:
    """The portal as one test visits it: its people have the word `own` in their numbers."""

    http: httpx.AsyncClient
    sessions: Sessions
    tallies: Aggregate[Any, Any, Any]
    database: Database
    own: str

    async def number(self) -> int:
        """How often Ann has announced something."""
        return (await self.tallies.documents.load_one(str(tally_of(f"ann {self.own}")))).sequence

    def browser(self, name: str = "ann", ago: timedelta = timedelta(), refresh_token: str | None = None) -> Browser:
        """Somebody who signed in so long ago, and goes on without signing in if there is a token for that."""
        just_now = signed_in(self.http, self.sessions, f"{name} {self.own}", issuer="https://issuer.example")
        return signed_in_before(just_now, self.sessions, ago, refresh_token)


@asynccontextmanager
async def toy_portal(mongo_url: str) -> AsyncIterator[ToyPortal]:
    """At work on a database of its own, without a broker."""
    database = connect(mongo_url, f"t{uuid4().hex}")
    settings = ServiceSettings(
        kafka_bootstrap="127.0.0.1:9",
        mongo_url=mongo_url,
        database=database.name,
        issuers=[{"url": "https://issuer.example"}],
        public_url=PORTAL,
        session_keys=[SESSION_KEY],
        max_body_bytes=20_000,
        max_file_bytes=40_000,
    )
    kernel = Kernel("intake", settings)
    deps = Deps(kernel.aggregate(tally()))
    app = kernel.app(deps=deps, subscriptions={}, routers=(), pages=(router,))
    state = ServiceState.of(app)
    give(state.pages, "toy.html", PAGE)
    assert state.sessions
    async with serving(app) as url, client(url) as http:
        await until(lambda: tasks_of(app).prepared)
        yield ToyPortal(http, state.sessions, deps.tallies, database, "")
    await database.client.drop_database(database.name)
    database.client.close()
