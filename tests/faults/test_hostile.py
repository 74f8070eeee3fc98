"""A call with what no client would send gets a problem document, and writes neither our logs nor our headers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle
from json import loads
from zlib import compress

import httpx
import pytest

from shared.bus.access import KafkaAccess
from shared.http.routes import OPERATIONS
from tests.faults.instance import Instance, Start
from tests.support.builders.example_requests import requests
from tests.support.builders.intake import register
from tests.support.built import app_of
from tests.support.servers.bus import on_topic, until
from tests.support.servers.served import INTAKE_URL, ROLES
from tests.support.servers.serving import Issuer, client
from tests.support.source import SERVICES

FORGED = "forged-4711"
LINE = f'{{"event": "{FORGED}", "level": "critical"}}'
REGISTRATION = register(business_number="930000039").registration.model_dump(mode="json")
AS_JSON = {"Content-Type": "application/json"}
HOSTILE_HEADERS = (
    {"traceparent": f"00-{'f' * 32}-{'f' * 16}-01-{FORGED}"},
    {"traceparent": FORGED * 500},
    {"Idempotency-Key": f"1\t{LINE}"},
    {"If-Match": f'"1"\t{LINE}'},
    {"Accept-Language": f"{FORGED};q=9;" * 200},
    {"Authorization": f"Bearer {LINE}"},
    {"Authorization": f"Bearer {'a' * 6_000}.{'b' * 500}.{'c' * 500}"},
    {"Content-Type": f"application/json; charset={FORGED}"},
    {"Content-Encoding": "gzip"},
    {"X-Correlation-Id": LINE, "ce_type": LINE, "baggage": f"{FORGED}=1"},
)
OF_EACH = 3  # of ten in turn: each route gets some, and each of them goes to most routes of its kind
HOSTILE_PATHS = (
    f"/%0d%0a{LINE}",
    "/companies/..%2f..%2fetc%2fpasswd",
    f"/documents/%00{FORGED}",
    "/companies/" + "x" * 20_000,
)
HOSTILE_BODIES = (
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"legal_name": "\\ud800"}',
    b"\xff\xfe\x00",
    b'{"legal_name": "x", "legal_name": "y"}',
    b'{"size": 1e999999}',
    b'{"size": ' + b"9" * 50_000 + b"}",
    compress(bytes(50_000_000)),
)


@asynccontextmanager
async def at(service: Instance, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody in every role, at a service that is ready."""
    token = issuer.token("mallory", *ROLES, administration="US")
    async with service, client(service.url, token) as mallory:
        await until(lambda: httpx.get(f"{service.url}/readyz", trust_env=False).is_success, 30)
        yield mallory


@pytest.mark.parametrize("service", SERVICES)
async def test_hostile_requests_get_a_problem_and_write_nothing(service: str, instance: Start, issuer: Issuer) -> None:
    document, running = app_of(service).openapi(), instance(service, TT_INTAKE_URL=INTAKE_URL)
    asked = [
        request
        for path, methods in document["paths"].items()
        for method in methods
        for request in requests(document, path, method)
    ]
    written = {request["url"]: request["method"] for request in asked if "json" in request}
    in_turn = cycle(HOSTILE_HEADERS)
    async with at(running, issuer) as mallory:
        answers = [
            await mallory.request(**request | {"headers": next(in_turn)}) for request in asked for _ in range(OF_EACH)
        ]
        answers += [await mallory.get(path) for path in HOSTILE_PATHS]
        for url, method in written.items():
            answers += [
                await mallory.request(method, url, content=content, headers=AS_JSON) for content in HOSTILE_BODIES
            ]
        owned = [(method, url) for url, method in written.items() if not url.startswith(OPERATIONS)]
        endless = [await mallory.request(*request, content=pieces(52), headers=AS_JSON) for request in owned]
    assert [answer for answer in answers if answer.is_server_error] == []
    assert [answer for answer in endless if answer.status_code != httpx.codes.REQUEST_ENTITY_TOO_LARGE] == []
    assert [answer for answer in answers if any(FORGED in text for text in answer.headers.values())] == []
    lines = [loads(line) for line in running.process.log.read_text("utf-8").splitlines()]
    assert [line for line in lines if FORGED in str(line)] == []


async def test_no_hostile_header_goes_on_the_bus(instance: Start, issuer: Issuer, operator: KafkaAccess) -> None:
    async with at(instance("intake"), issuer) as mallory:
        answers = [await mallory.post("/companies", json=REGISTRATION, headers=headers) for headers in HOSTILE_HEADERS]
        (company,) = {answer.json()["id"] for answer in answers if answer.is_success}
        await until(lambda: on_topic(operator, "pip.team", company))
    assert [record for record in await on_topic(operator, "pip.team", company) if FORGED in str(record.headers)] == []


async def pieces(count: int) -> AsyncIterator[bytes]:
    """A body that does not say how long it is."""
    yield b'{"legal_name": "'
    for _ in range(count):
        yield b"x" * 20_000
