"""Spans, taken where they would be exported."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared import telemetry


def taken_spans(patched: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Takes every span from now on."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    patched.setattr(trace, "_TRACER_PROVIDER", provider)
    patched.setattr(telemetry, "_tracer", provider.get_tracer("trusted_trader"))
    return exporter
