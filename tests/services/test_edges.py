"""No answer, log line, measure or span repeats what callers send, wherever they put it (programme 5.14)."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from tests.support.builders.settling import settle
from tests.support.servers.backing import Broker
from tests.support.servers.served import ROLES, Served, at_work
from tests.support.servers.serving import Issuer
from tests.support.source import SERVICES
from tests.support.spans import taken_spans

MARKER = "Quillfeather"
TRAIL = "/operations/audit"  # shows operators what they have done, in their own words
CONVENTIONAL = {"http.request.method", "http.route", "http.response.status_code", "url.scheme"}
Request = tuple[str, str, object]


def marked(document: dict[str, Any]) -> Iterator[Request]:
    """Every request that the document knows, with the marker in its ids, query, body and the body's fields in turn."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            query = "&".join(
                f"{parameter['name']}={MARKER}"
                for parameter in operation.get("parameters", ())
                if parameter["in"] == "query"
            )
            known = re.sub(r"{\w+}", str(uuid4()), path)
            yield method, re.sub(r"{\w+}", MARKER, path), None
            yield method, f"{known}?{query}", None
            yield method, known, MARKER
            yield method, known, dict.fromkeys(fields(document, operation), MARKER)


def fields(document: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    """The names of what a body may hold."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return list(document["components"]["schemas"].get(name, {}).get("properties", ()))


@pytest.fixture(autouse=True)
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Takes every span."""
    return taken_spans(monkeypatch)


@pytest.fixture(params=SERVICES)
async def served(
    request: pytest.FixtureRequest, broker: Broker, mongo_url: str, issuer: Issuer
) -> AsyncIterator[Served]:
    async with at_work(request.param, broker, mongo_url, issuer) as service:
        await settle(request.param, service, service.person(MARKER, *ROLES, administration="US"), uuid4())
        yield service


async def test_no_edge_repeats_what_it_is_sent(
    served: Served, spans: InMemorySpanExporter, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    everybody, http = served.person(MARKER, *ROLES, administration="US"), served.nobody.client
    requests = [
        (*request, headers)
        for request in marked(await served.nobody.does("GET /openapi.json"))
        for headers in (everybody.headers, {**everybody.headers, "If-Match": MARKER})
    ]
    answers = [await http.request(method, path, json=body, headers=headers) for method, path, body, headers in requests]
    shown = [answer.text for answer in answers if answer.url.path != TRAIL] + [
        (await http.get("/operations/metrics", headers=everybody.headers)).text
    ]
    logged = "".join(capsys.readouterr()) + caplog.text
    spanned = [span.to_json() for span in spans.get_finished_spans()]
    assert [answer.url for answer in answers if answer.is_server_error] == []
    assert "refused" in logged
    served_spans = [span for span in spans.get_finished_spans() if span.kind is SpanKind.SERVER]
    assert len(served_spans) >= len(requests)
    assert [span.name for span in served_spans if not set(span.attributes or ()) >= CONVENTIONAL] == []
    assert [text for text in (*shown, logged, *spanned) if MARKER.lower() in text.lower()] == []
