"""A service as it runs: its `main` on real servers, people who call it, and messages to it and from it."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import count
from typing import Any, TypeVar
from uuid import UUID, uuid4, uuid5

import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.local.processes import LOOPBACK, free_port
from shared.bus.access import KafkaAccess
from shared.clock import now
from shared.contracts.envelope import Origin, inside
from shared.contracts.event import Event
from shared.contracts.intake import CompanyUsersChanged, UserRole
from shared.contracts.pip_id import pip_id
from shared.contracts.topics import topics
from shared.http.identity import urn
from shared.http.problems import Problems, load
from shared.http.session.session import Sessions
from shared.programme import team
from shared.programme.team import Teams
from shared.store.client import connect
from tests.support.built import consumer_of, operations_of, tasks_of
from tests.support.servers.backing import Broker
from tests.support.servers.browser import Browser, signed_in, speaking_for
from tests.support.servers.bus import on_topic, producing, scram, until
from tests.support.servers.serving import Issuer, client, serving

SESSION_KEY = "c2Vzc2lvbi1rZXktb2YtdGVzdHMtd2l0aC0zMi1ieXQ"
INTAKE_URL = "https://intake.example"
ROLES = ("trader", "review_officer", "risk_officer", "site_officer", "decision_officer", "partner", "operator")
ANYBODY = set(ROLES)
OF_OFFICERS = ("review", "risk", "site_validation")
STRANGER = "urn-stranger"
SEQUENCES = count(1)
E = TypeVar("E", bound=Event)
Body = Mapping[str, object] | None
Headers = Mapping[str, str]


@dataclass(frozen=True)
class Person:
    """Somebody who calls a service; a request is written as `PUT /cases/...`."""

    urn: str
    client: httpx.AsyncClient
    problems: Problems
    headers: Headers

    async def asks(self, request: str, body: Body = None, headers: Headers | None = None) -> httpx.Response:
        method, path = request.split(" ", 1)
        return await self.client.request(method, path, json=body, headers={**self.headers, **(headers or {})})

    async def does(self, request: str, body: Body = None, headers: Headers | None = None) -> dict[str, Any]:
        """What a request answers that succeeds."""
        answer = await self.asks(request, body, headers)
        assert answer.is_success, answer.text
        return dict(answer.json())

    async def sees(self, path: str, **expected: object) -> dict[str, Any]:
        """What is read there, once these fields are so."""
        read: dict[str, Any] = {}

        async def so() -> bool:
            answer = await self.asks(f"GET {path}")
            read.clear()
            read.update(answer.json())
            return answer.is_success and all(read[field] == value for field, value in expected.items())

        await until(so)
        return read

    async def pages(self, path: str, rows: str, limit: int = 2) -> list[dict[str, Any]]:
        """All rows that a query leads to, page by page; no page is longer than its limit."""
        read: list[dict[str, Any]] = []
        after = ""
        while True:
            bound = "" if "limit=" in path else f"&limit={limit}"
            page = await self.does(f"GET {path}{bound}{after}")
            assert bound == "" or len(page[rows]) <= limit
            read += page[rows]
            if page["next"] is None:
                return read
            after = f"&after={page['next']}"

    async def refused(self, request: str, body: Body = None, headers: Headers | None = None) -> str:
        """Status and code of a refusal, as `409 case_closed`, in both languages."""
        for language in ("en", "fr"):
            answer = await self.asks(request, body, {"Accept-Language": language, **(headers or {})})
            problem = answer.json()
            assert problem["title"] == getattr(self.problems[problem["code"]], language)
            assert answer.headers["content-type"] == "application/problem+json"
        return f"{answer.status_code} {problem['code']}"


@dataclass(frozen=True)
class Served:
    """One service at work, alone: the test stands in for the services of which it consumes, and which consume of it."""

    issuer: Issuer
    broker: Broker
    producer: AIOKafkaProducer
    nobody: Person
    teams: Teams | None = None
    sessions: Sessions | None = None
    introduced: set[UUID] = field(default_factory=set)

    def person(self, subject: str, *roles: str, administration: str | None = None) -> Person:
        """Somebody with a token."""
        token = self.issuer.token(subject, *roles, administration=administration)
        return replace(self.nobody, urn=urn(self.issuer.url, subject), headers={"Authorization": f"Bearer {token}"})

    def browser(self, subject: str, *roles: str, administration: str | None = None) -> Browser:
        """The same somebody, signed in with a browser."""
        browser = self._signed_in(urn(self.issuer.url, subject), subject, *roles)
        return speaking_for(browser, self._portal, administration) if administration else browser

    def browser_of(self, person: Person) -> Browser:
        """That of somebody who has a token, without its roles."""
        return self._signed_in(person.urn, "Maude Tremblay-Ostrander")

    def _signed_in(self, subject: str, name: str, *roles: str) -> Browser:
        return signed_in(self.nobody.client, self._portal, subject, *roles, issuer=self.issuer.url, name=name)

    @property
    def _portal(self) -> Sessions:
        assert self.sessions
        return self.sessions

    async def consumes(self, company: UUID, event: Event, sequence: int | None = None) -> None:
        """An event of this company, published as its publisher would; under the next sequence unless one is given.

        To a service of officers the company is introduced before, as a team of strangers.
        """
        if self.teams and company not in self.introduced:
            await self.introduces(company, STRANGER)
        await self._consumes(company, event, sequence)

    async def introduces(self, company: UUID, *users: str) -> None:
        """These are the users of the company from now on, the first as its owner; returns when the service knows."""
        owner, *others = users
        readers = (UserRole(subject=user, role="read_only_user") for user in others)
        team = (UserRole(subject=owner, role="account_owner"), *readers)
        self.introduced.add(company)
        await self._consumes(company, CompanyUsersChanged(company_id=company, users=team))

        async def known() -> bool:
            found = await self.teams.find({"_id": str(company)}) if self.teams else []
            return [user.subject for snapshot in found for user in snapshot.state.users] == [*users]

        await until(known)

    async def _consumes(self, company: UUID, event: Event, sequence: int | None = None) -> None:
        message = about(company, event)
        outgoing = message.outgoing()
        by_company = message.SOURCE.endswith(("companies", "memberships"))
        publisher = str(company if by_company else application_of(company))
        origin = Origin(
            message.SOURCE, publisher, sequence or next(SEQUENCES), now(), causation="test", correlation="test"
        )
        headers = [(name, value.encode()) for name, value in inside(outgoing, origin)]
        await self.producer.send_and_wait(
            outgoing.topic, (outgoing.body or "").encode(), key=outgoing.key.encode(), headers=headers
        )

    async def publishes(self, kind: type[E], company: UUID, times: int = 1) -> list[E]:
        """What the service has published of a company, once there are so many; one field too many is an error."""
        published: list[E] = []

        async def so_often() -> bool:
            records = await on_topic(self.broker.operator, kind.TOPIC, str(company))
            ours = [record.value or b"" for record in records if ("ce_type", kind.type().encode()) in record.headers]
            published[:] = map(kind.model_validate_json, ours)
            return len(published) >= times

        await until(so_often)
        return published

    async def admits(self) -> dict[str, set[str]]:
        """Whom each of the service's own routes admits, whatever it then makes of ids that nobody has."""
        callers = {role: self.person(role, role, administration="US") for role in ROLES} | {"nobody": self.nobody}
        admitted: dict[str, set[str]] = {}
        for path, methods in (await self.nobody.does("GET /openapi.json"))["paths"].items():
            for method in () if path.startswith("/operations") else methods:
                request = re.sub(r"{\w+}", str(uuid4()), f"{method.upper()} {path}")
                answers = {name: (await caller.asks(request)).status_code for name, caller in callers.items()}
                admitted[f"{method.upper()} {path}"] = {
                    name for name, status in answers.items() if status not in {401, 403}
                }
        return admitted


def application_of(company: UUID) -> UUID:
    """A company's first application."""
    return uuid5(company, "application/1")


def about(company: UUID, event: E) -> E:
    """The same message, of this company and its first application."""
    ids = {"company_id": company, "application_id": application_of(company), "pip_id": pip_id(str(company))}
    return event.model_copy(update={name: value for name, value in ids.items() if name in type(event).model_fields})


@asynccontextmanager
async def at_work(
    name: str, broker: Broker, mongo_url: str, issuer: Issuer, kept_in: str | None = None
) -> AsyncIterator[Served]:
    """Runs the service of this name, consuming what is published from now on; its journal must prove true at the end.

    It has a database of its own, or one in which it was at work before.
    """
    main, port = import_module(f"services.{name}.main"), free_port()
    access, database_name = broker.access(name), kept_in or f"t{uuid4().hex}"
    settings = main.Settings(
        kafka_bootstrap=access.bootstrap,
        kafka_user=access.user,
        kafka_password=access.password,
        mongo_url=mongo_url,
        database=database_name,
        issuers=[issuer.url],
        intake_url=INTAKE_URL,
        public_url=f"http://{LOOPBACK}:{port}",
        session_keys=[SESSION_KEY],
    )
    app = main.build(settings)
    tasks = tasks_of(app)
    consumer_of(app)._group = f"{name}.{database_name}"  # noqa: SLF001 - a group of its own on the shared broker
    await _from_now_on(access, f"{name}.{database_name}", name)
    async with serving(app, port) as url, client(url) as http, producing(broker.operator) as producer:
        await until(lambda: tasks.prepared and tasks.listens())
        teams = operations_of(app).aggregates[team.COLLECTION] if name in OF_OFFICERS else None
        served = Served(
            issuer, broker, producer, Person("", http, load(f"services.{name}"), {}), teams, settings.sessions
        )
        yield served
        assert (await served.person("olga", "operator").does("GET /operations/journal/verification"))["flaws"] == []
    if kept_in is None:
        database = connect(mongo_url, database_name)
        await database.client.drop_database(database_name)
        database.client.close()


async def _from_now_on(access: KafkaAccess, group: str, reader: str) -> None:
    """Commits the present ends of all that the service reads, so that it consumes nothing of other tests."""
    partitions = [
        TopicPartition(topic.name, number)
        for topic in topics()
        if reader in topic.readers
        for number in range(topic.partitions)
    ]
    consumer = AIOKafkaConsumer(**scram(access), group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign(partitions)
        await consumer.commit(await consumer.end_offsets(partitions))
    finally:
        await consumer.stop()
