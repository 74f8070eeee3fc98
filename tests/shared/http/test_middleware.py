"""Around every request: bodies are bounded, defects answered, spans conventional, and metrics name no company."""

import asyncio
from uuid import uuid4

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from starlette.exceptions import HTTPException
from starlette.types import Message

from shared import telemetry
from shared.http import middleware
from shared.http.middleware import Exchange
from tests.shared.http.toy_service import ToyService, problem, toy_app
from tests.support.servers.serving import Issuer, serving
from tests.support.spans import taken_spans

CARRIED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_an_oversized_body_is_refused(service: ToyService) -> None:
    company = uuid4()
    async with service.trader() as ann, service.officer() as olga:
        problem(await ann.post(f"/tallies/{company}", json={"padding": "x" * 3_000}), 413, "too_large")
        problem(await olga.get(f"/tallies/{company}"), 404, "not_found")


async def test_our_own_fault_is_a_500_that_shows_nothing_of_the_cause(service: ToyService) -> None:
    async with service.trader() as ann:
        answer = await ann.get("/breaks")
    problem(answer, 500, "internal")
    assert "marker" not in answer.text


async def test_metrics_name_the_route_and_no_company(service: ToyService) -> None:
    company = uuid4()
    async with service.trader() as ann, service.operator() as olga:
        await ann.post(f"/tallies/{company}", json={})
        await ann.request("MARKER-4711", "/livez")
        text = (await olga.get("/operations/metrics")).text
    assert 'tt_http_request_seconds_count{method="POST",route="/tallies/{company}",status="201"} 1.0' in text
    assert str(company) not in text
    assert "MARKER" not in text


PATIENCE = 0.4


@pytest.mark.parametrize("pause", [PATIENCE * 3, PATIENCE / 4])
async def test_a_body_that_stops_or_trickles_is_refused_and_its_connection_ended(issuer: Issuer, pause: float) -> None:
    app = toy_app("mongodb://127.0.0.1:9/", "none", issuer.url, patience_seconds=PATIENCE)
    async with serving(app) as url:
        reader, writer = await asyncio.open_connection(*url.removeprefix("http://").split(":"))
        head = f"POST /tallies/{uuid4()} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
        known = f"Authorization: Bearer {issuer.token('ann')}\r\nContent-Type: application/json\r\n\r\n"
        writer.write((head + known).encode())
        answering = asyncio.create_task(reader.read())
        async with asyncio.timeout(10):
            while not answering.done():
                writer.write(b" ")
                await asyncio.sleep(pause)
        answer = await answering
        writer.transport.abort()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"too_slow"' in answer


async def test_a_fast_start_buys_no_pause_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "LONGEST_PAUSE_SECONDS", 0.1)
    chunks = iter([{"type": "http.request", "body": bytes(20_000_000), "more_body": True}])

    async def receive() -> Message:
        if (chunk := next(chunks, None)) is None:
            await asyncio.sleep(5)
        return chunk or {"type": "http.disconnect"}

    exchange = Exchange({"type": "http", "method": "POST", "headers": []}, receive, unsent, patience=10)
    exchange.admits(25_000_000, 20_000)
    await exchange.receive()
    with pytest.raises(HTTPException, match="408"):
        await exchange.receive()


async def unsent(_: Message) -> None: ...


# --- spans ----------------------------------------------------------------------------------------


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    return taken_spans(monkeypatch)


def named(spans: InMemorySpanExporter, name: str) -> ReadableSpan:
    [span] = [span for span in spans.get_finished_spans() if span.name == name]
    return span


async def test_a_request_is_a_span_of_the_server_and_its_command_is_within(
    service: ToyService, spans: InMemorySpanExporter
) -> None:
    async with service.trader() as ann:
        await ann.post(f"/tallies/{uuid4()}", json={}, headers={"traceparent": CARRIED})
    asked = named(spans, "POST /tallies/{company}")
    assert asked.kind is SpanKind.SERVER
    assert dict(asked.attributes or {}) == {
        "http.request.method": "POST",
        "url.scheme": "http",
        "http.route": "/tallies/{company}",
        "http.response.status_code": 201,
    }
    assert asked.parent is not None
    assert format(asked.parent.span_id, "016x") == CARRIED.split("-")[2]
    [within] = [span for span in spans.get_finished_spans() if span.parent == asked.context]
    assert within.kind is SpanKind.INTERNAL


@pytest.mark.parametrize(
    ("path", "answered", "status"), [("/breaks", 500, StatusCode.ERROR), ("/nothing", 404, StatusCode.UNSET)]
)
async def test_an_error_is_one_of_the_server_alone(
    service: ToyService, spans: InMemorySpanExporter, path: str, answered: int, status: StatusCode
) -> None:
    async with service.trader() as ann:
        await ann.get(path)
    codes = {"http.response.status_code": answered}.items()
    [asked] = [span for span in spans.get_finished_spans() if codes <= dict(span.attributes or {}).items()]
    assert asked.status.status_code is status
    assert "marker-4711" not in asked.to_json()


def test_a_message_that_is_handled_is_a_span_of_a_consumer(spans: InMemorySpanExporter) -> None:
    with telemetry.spanning("handle pip.RiskAssessed.v1", CARRIED, "pip.risk"):
        pass
    handled = named(spans, "handle pip.RiskAssessed.v1")
    assert handled.kind is SpanKind.CONSUMER
    assert handled.attributes is not None
    assert handled.attributes["messaging.destination.name"] == "pip.risk"
    assert handled.attributes["messaging.system"] == "kafka"
