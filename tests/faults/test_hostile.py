"""Whoever calls with what no client would send gets a problem document, and writes neither our logs nor our headers."""

from collections.abc import AsyncIterator
from json import loads
from zlib import compress

import httpx
import pytest

from shared.kafka import KafkaAccess
from tests.faults.instance import Instance, Start
from tests.support.bus import on_topic, until
from tests.support.samples_intake import register
from tests.support.serving import Issuer, client

FORGED = "forged-4711"
LINE = f'{{"event": "{FORGED}", "level": "critical"}}'
REGISTRATION = register(business_number="930000039").registration.model_dump(mode="json")
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
HOSTILE_PATHS = (f"/%0d%0a{LINE}", "/companies/..%2f..%2fetc%2fpasswd", f"/documents/%00{FORGED}", "/companies/" + "x" * 20_000)
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


@pytest.fixture
async def intake(instance: Start) -> AsyncIterator[Instance]:
    async with instance("intake") as one:
        await until(lambda: httpx.get(f"{one.url}/readyz", trust_env=False).is_success, 30)
        yield one


async def test_hostile_requests_get_a_problem_and_write_nothing(intake: Instance, issuer: Issuer, operator: KafkaAccess) -> None:
    async with client(intake.url, issuer.token("mallory")) as mallory:
        answers = [await mallory.post("/companies", json=REGISTRATION, headers=headers) for headers in HOSTILE_HEADERS]
        answers += [await mallory.get(path) for path in HOSTILE_PATHS]
        for content in HOSTILE_BODIES:
            answers.append(await mallory.post("/companies", content=content, headers={"Content-Type": "application/json"}))
        endless = await mallory.post("/companies", content=pieces(2_000), headers={"Content-Type": "application/json"})
    assert [answer.status_code for answer in answers if answer.is_server_error] == []
    assert endless.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    assert [answer for answer in answers if any(FORGED in text for text in answer.headers.values())] == []

    (company,) = {answer.json()["id"] for answer in answers if answer.is_success}
    await until(lambda: on_topic(operator, "pip.intake", company))
    for record in await on_topic(operator, "pip.intake", company):
        assert FORGED not in str(record.headers)
    lines = [loads(line) for line in intake.process.log.read_text("utf-8").splitlines()]
    assert [line for line in lines if FORGED in str(line)] == []


async def pieces(thousands: int) -> AsyncIterator[bytes]:
    """A body that does not say how long it is."""
    yield b'{"legal_name": "'
    for _ in range(thousands):
        yield b"x" * 1_000
