"""Spans are as the conventions of OpenTelemetry have them: of which kind, with which attributes, with which parent."""

from uuid import uuid4

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from shared import telemetry
from tests.shared.http.toy_service import ToyService

CARRIED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("trusted_trader"))
    return exporter


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
