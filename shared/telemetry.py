"""Metrics and spans. Labels and attributes carry service, type and outcome, never a company, a person or an input."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from shared.loopback import is_loopback

_tracer = trace.get_tracer("trusted_trader")
_propagator = TraceContextTextMapPropagator()


class Metrics:
    """What one service measures, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = own = CollectorRegistry()
        self.lag = Gauge("tt_consumer_lag_records", "Records on the bus not yet handled", ["topic"], registry=own)
        self.unhandled = Gauge(
            "tt_oldest_unhandled_seconds", "Age of the oldest record that waits to be handled", registry=own
        )
        self.unrelayed = Gauge(
            "tt_oldest_unrelayed_seconds", "Age of the oldest fact that waits to be relayed", registry=own
        )
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


def spanning(name: str, traceparent: str | None = None) -> AbstractContextManager[str | None]:
    """A span, child of a remote one if given. Yields the traceparent to pass on, or None if there is none."""
    nobody_records = isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
    return nullcontext() if nobody_records and traceparent is None else _span(name, traceparent)


@contextmanager
def _span(name: str, traceparent: str | None) -> Iterator[str | None]:
    parent = _propagator.extract({"traceparent": traceparent}) if traceparent else None
    with _tracer.start_as_current_span(name, context=parent, record_exception=False, set_status_on_exception=False):
        carrier: dict[str, str] = {}
        _propagator.inject(carrier)
        yield carrier.get("traceparent")
