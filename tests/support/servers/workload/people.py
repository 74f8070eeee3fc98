"""Everybody who takes part: people with tokens who ask the services, and the ledger of what they were answered."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from re import fullmatch
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx

from deploy.local.deployment import Deployment
from deploy.local.people import Person as Subject
from deploy.local.supervisor import SERVICES
from shared.http.identity import urn
from shared.http.problems import load
from tests.support.builders.company_life import Patient
from tests.support.servers.workload.forms import before

Json = Any
PROBLEMS = {service: load(f"services.{service}") for service in SERVICES}
OFFICERS_ONLY = "For officers only:"
NOTE = f"{OFFICERS_ONLY} a note that never leaves its desk."
REASON = f"{OFFICERS_ONLY} a reason that goes from desk to desk."
Headers = dict[str, str]
IN_FLIGHT = 20


@dataclass(frozen=True)
class Answered:
    """A command that was answered: what was asked, and the sequence that the receipt named."""

    request: str
    sequence: int | None = None


@dataclass
class Ledger:
    """What was acknowledged and what was refused, by the id under which a journal has a command."""

    done: dict[str, Answered] = field(default_factory=dict)
    refused: dict[str, Answered] = field(default_factory=dict)

    def times(self, request: str) -> int:
        """How often a command was acknowledged, written as a pattern."""
        return sum(bool(fullmatch(request, answered.request)) for answered in self.done.values())

    def __str__(self) -> str:
        return f"{len(self.done)} commands were acknowledged, {len(self.refused)} refused"


@dataclass(frozen=True, eq=False, repr=False)
class Person:
    """Somebody with a token, or nobody in particular. A request is written as `PUT intake/companies/...`."""

    name: str
    urn: str
    staff: bool
    society: "Society"
    headers: Headers
    keys: Iterator[int] = field(default_factory=count)

    async def does(self, request: str, body: Json = None, *, changes: bool = True, **sent: Any) -> Json:
        """What a command answers that is obeyed; `changes` nothing if it is true already."""
        key = self._key()
        answer = await self._asks(request, key, body, **sent)
        assert answer.is_success, f"{self.name}: {request}: {answer.text}"
        receipt = answer.json()
        if changes:
            self.society.ledger.done[self.command(key)] = Answered(request, receipt["sequence"])
        return receipt

    async def does_twice(self, request: str, body: Json, other: Json) -> None:
        """Gives a command, repeats it, and is refused another one under the same key."""
        key = self._key()
        answers = [await self._asks(request, key, each) for each in (body, body, other)]
        assert answers[0].is_success, answers[0].text
        assert answers[1].json() == answers[0].json()
        self._must_be_problem(answers[2], request, ("key_reused",))
        self.society.ledger.done[self.command(key)] = Answered(request, answers[0].json()["sequence"])

    async def may_do(self, request: str, *codes: str, body: Json = None, changes: bool = True) -> bool:
        """Whether a command is obeyed that may also be refused with one of these codes."""
        key = self._key()
        answer = await self._asks(request, key, body)
        if answer.is_success and changes:
            self.society.ledger.done[self.command(key)] = Answered(request, answer.json()["sequence"])
        elif not answer.is_success:
            self._must_be_problem(answer, request, codes)
            self.society.ledger.refused[self.command(key)] = Answered(request)
        return answer.is_success

    async def is_refused(self, request: str, *codes: str, body: Json = None, **sent: Any) -> None:
        """A command is refused with one of these codes, as a documented problem."""
        key = self._key()
        self._must_be_problem(await self._asks(request, key, body, **sent), request, codes)
        self.society.ledger.refused[self.command(key)] = Answered(request)

    async def sees(self, path: str) -> Json:
        """What is read there, as `intake/companies/...`; None where there is nothing for this person."""
        answer = await self._asks(f"GET {path}", None, None)
        assert answer.is_success or answer.status_code == httpx.codes.NOT_FOUND, (
            f"{self.name}: GET {path}: {answer.text}"
        )
        return answer.json() if answer.is_success else None

    def command(self, key: str) -> str:
        """The id of the command that this person gave under this key."""
        return str(uuid5(NAMESPACE_URL, f"{self.urn}/{key}/command"))

    def _key(self) -> str:
        return f"{self.society.seed}-{next(self.keys)}"

    async def _asks(self, request: str, key: str | None, body: Json, **sent: Any) -> httpx.Response:
        method, path = request.split(" ", 1)
        service, rest = path.split("/", 1)
        keyed = {"Idempotency-Key": key} if key else {}
        headers = {**self.headers, **keyed, **sent.pop("headers", {})}
        url = f"{self.society.deployment.services[service]}/{rest}"
        for form in (body, before(body), body):  # the second, if a release of before still serves
            content = {"json": form} if form is not None else {}
            async with self.society.turn:
                answer = await self.society.http.request(method, url, headers=headers, **content, **sent)
            if answer.is_success or before(body) is None or answer.json().get("code") != "malformed":
                break
        assert not answer.is_server_error, f"{self.name}: {request}: {answer.text}"
        assert self.staff or OFFICERS_ONLY not in answer.text, (
            f"{self.name} reads what is for officers only: {request}: {answer.text}"
        )
        return answer

    def _must_be_problem(self, answer: httpx.Response, request: str, codes: tuple[str, ...]) -> None:
        answered = f"{self.name}: {request}: {answer.status_code} {answer.text}, not {' or '.join(codes)}"
        assert answer.is_client_error, answered
        problem = answer.json()
        assert problem["code"] in codes, answered
        assert answer.headers["content-type"] == "application/problem+json", answered
        assert (
            answer.status_code == PROBLEMS[request.split(" ")[1].split("/", maxsplit=1)[0]][problem["code"]].status
        ), answered


@dataclass
class Society:
    """Everybody on one deployment. A request in flight holds a `turn`, for a connection pool searches all that wait."""

    http: httpx.AsyncClient
    deployment: Deployment
    seed: int
    transports: tuple[Patient, ...] = ()
    ledger: Ledger = field(default_factory=Ledger)
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(IN_FLIGHT))

    def pauses(self) -> int:
        """How often an officer was refused because the users of a company were not known yet."""
        return sum(transport.team_unknown for transport in self.transports)

    async def person(self, name: str, *roles: str, administration: str | None = None) -> Person:
        subject = Subject(subject=f"{name} {self.seed}", name=name, roles=roles, administration=administration)
        async with self.turn:
            answer = await self.http.post(f"{self.deployment.issuer}/token", data=subject.model_dump(exclude_none=True))
        bearer = {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}
        staff = not {"partner"}.issuperset(roles)
        return Person(name, urn(self.deployment.issuer, subject.subject), staff, self, bearer)

    def nobody(self) -> Person:
        """Somebody whom no issuer knows."""
        return Person("nobody", "", staff=False, society=self, headers={})


@dataclass(frozen=True)
class Staff:
    """The officers of the programme, and its operator."""

    reviewer: Person
    colleague: Person
    assessor: Person
    visitor: Person
    decider: Person
    operator: Person


async def staff_of(society: Society) -> Staff:
    return Staff(
        reviewer=await society.person("Reviewer", "review_officer"),
        colleague=await society.person("Colleague of the reviewer", "review_officer"),
        assessor=await society.person("Assessor", "risk_officer"),
        visitor=await society.person("Visitor", "site_officer"),
        decider=await society.person("Decider", "decision_officer"),
        operator=await society.person("Operator", "operator"),
    )
