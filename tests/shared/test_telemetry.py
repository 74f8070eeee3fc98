"""Spans reach the collector that settings name, as docs/settings.md has it, and pass no proxy on this machine."""

import asyncio
import os
import re
import sys

from fastapi import FastAPI, Request, Response
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.support.servers.serving import serving
from tests.support.source import ROOT

EXPORTING = """
from opentelemetry import trace
from shared.settings import ServiceSettings, load
from shared.telemetry import export_spans, spanning
export_spans("review", str(load(ServiceSettings).otlp_endpoint))
with spanning("handle"):
    pass
trace.get_tracer_provider().shutdown()
"""
SETTINGS = {
    "TT_KAFKA_BOOTSTRAP": "127.0.0.1:9",
    "TT_MONGO_URL": "mongodb://127.0.0.1:9",
    "TT_DATABASE": "tt_review",
    "TT_ISSUERS": '["http://127.0.0.1:9"]',
    **{f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https", "all")},
}


async def test_spans_reach_the_collector_that_the_page_of_settings_describes() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    example = re.search(r"`TT_OTLP_ENDPOINT`.*`https://collector:4318([^`]*)`", page)
    assert example
    taken: list[str] = []
    collector = FastAPI()

    @collector.post("/v1/traces")
    async def take(request: Request) -> Response:
        export = ExportTraceServiceRequest.FromString(await request.body())
        taken.extend(
            span.name for resource in export.resource_spans for scope in resource.scope_spans for span in scope.spans
        )
        return Response(media_type="application/x-protobuf")

    async with serving(collector) as url:
        environment = {"PATH": os.environ["PATH"], "TT_OTLP_ENDPOINT": f"{url}{example[1]}", **SETTINGS}
        exporting = await asyncio.create_subprocess_exec(sys.executable, "-c", EXPORTING, env=environment, cwd=ROOT)
        assert await exporting.wait() == 0

    assert taken == ["handle"]
