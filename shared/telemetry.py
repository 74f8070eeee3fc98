"""Metrics and spans. Labels and attributes carry service, type and outcome, never a company, a person or an input."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from math import nan

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

from shared.loopback import is_loopback

SERVER_ERROR = 500
_FROM_KAFKA = {
    "messaging.system": "kafka",
    "messaging.operation.name": "handle",
    "messaging.operation.type": "process",
}
_tracer = trace.get_tracer("trusted_trader")
_propagator = TraceContextTextMapPropagator()


class Metrics:
    """What one service measures, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = own = CollectorRegistry()
        for collects in (ProcessCollector, PlatformCollector, GCCollector):
            collects(registry=own)
        self.lag = Gauge("tt_consumer_lag_records", "Records on the bus not yet handled", ["topic"], registry=own)
        self.unhandled = Gauge(
            "tt_oldest_unhandled_seconds", "Age of the oldest record that waits to be handled", registry=own
        )
        self.unrelayed = Gauge(
            "tt_oldest_unrelayed_seconds", "Age of the oldest fact that waits to be relayed", registry=own
        )
        self.unrelayed.set(nan)
        self.held = Gauge(
            "tt_held_partitions", "Partitions that wait, at a bound or for a later version: alert", registry=own
        )
        self.parked = Counter(
            "tt_parked_records", "Records parked, by the reason of the first in their queue", ["reason"], registry=own
        )
        self.parked_keys = Gauge("tt_parked_keys", "Kafka keys that are parked now", registry=own)
        self.parked_withdrawals = Gauge(
            "tt_parked_withdrawals", "Parked records that must not be discarded: alert", registry=own
        )
        self.batch = Histogram(
            "tt_batch_records", "Records in a batch", buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500), registry=own
        )
        self.handling = Histogram("tt_batch_handling_seconds", "Time to handle a batch", registry=own)
        self.relayed = Counter("tt_relayed_messages", "Messages acknowledged by the bus", ["topic"], registry=own)
        self.tampered = Counter(
            "tt_journal_mismatches", "Facts whose journal entry differs: the aggregate stands still", registry=own
        )
        self.requests = Histogram(
            "tt_http_request_seconds", "Time to answer a request", ["method", "route", "status"], registry=own
        )

    def lags(self) -> Mapping[str, float]:
        """The records of each topic that are not handled yet; NaN where that is unknown."""
        return {sample.labels["topic"]: sample.value for family in self.lag.collect() for sample in family.samples}

    def value(self, measure: Gauge) -> float:
        """What a gauge without labels shows now."""
        [family] = measure.collect()
        return family.samples[0].value


def export_spans(service: str, endpoint: str | None) -> None:
    """Sends spans to `/v1/traces` of an OTLP endpoint; without one, passes trace contexts on and records nothing."""
    if endpoint is None:
        return
    import requests  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - 15 MB that most never need
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    session = requests.Session()
    session.trust_env = not is_loopback(endpoint)
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", session=session))
    )
    trace.set_tracer_provider(provider)


def spanning(name: str, traceparent: str | None = None, topic: str | None = None) -> AbstractContextManager[str | None]:
    """A span, child of the current one, else of a remote one. Yields the traceparent to pass on, if there is any.

    With a topic it is that of a message from the bus.
    """
    return nullcontext() if _nobody_records() and traceparent is None else _span(name, traceparent, topic)


@contextmanager
def _span(name: str, traceparent: str | None, topic: str | None) -> Iterator[str | None]:
    with _tracer.start_as_current_span(
        name,
        _parent(traceparent),
        SpanKind.CONSUMER if topic else SpanKind.INTERNAL,
        {**_FROM_KAFKA, "messaging.destination.name": topic} if topic else {},
        record_exception=False,
        set_status_on_exception=False,
    ):
        carrier: dict[str, str] = {}
        _propagator.inject(carrier)
        yield carrier.get("traceparent")


class ServingSpan:
    """The span of one HTTP request, by the semantic conventions of OpenTelemetry."""

    def __init__(self, method: str, span: Span) -> None:
        self._method = method
        self._span = span

    def answered(self, route: str, status: int) -> None:
        """Names the span after the route, which is known by now, and gives it the status of the answer."""
        self._span.update_name(f"{self._method} {route}")
        self._span.set_attributes({"http.route": route, "http.response.status_code": status})
        if status >= SERVER_ERROR:
            self._span.set_status(StatusCode.ERROR)


@contextmanager
def serving_span(method: str, traceparent: str | None) -> Iterator[ServingSpan]:
    """The span of a request, child of the caller's."""
    if _nobody_records():
        yield ServingSpan(method, INVALID_SPAN)
        return
    with _tracer.start_as_current_span(
        method,
        _parent(traceparent),
        SpanKind.SERVER,
        {"http.request.method": method, "url.scheme": "http"},
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        yield ServingSpan(method, span)


def _parent(traceparent: str | None) -> Context | None:
    """The remote span, unless there is one here already."""
    here = trace.get_current_span().get_span_context().is_valid
    return _propagator.extract({"traceparent": traceparent}) if traceparent and not here else None


def _nobody_records() -> bool:
    return isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
