"""What operators see: one trace from a request through the bus to its effect, and no word of what people sent."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import uuid4

import httpx
from fastapi import FastAPI, Request, Response
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from shared.bus.access import KafkaAccess
from tests.faults.instance import Instance
from tests.support.builders.applicant import reference
from tests.support.builders.intake import register
from tests.support.builders.records import declared
from tests.support.servers.bus import producing, put, until
from tests.support.servers.serving import Issuer, client, serving

NAME, EMAIL, NUMBER = "Quillfeather", "zephyrine@quillfeather.example", "910000017"
ASKED = ("companies RegisterCompany", "companies AddUser")
REGISTRATION = register(legal_name=NAME, business_number=NUMBER).registration.model_dump(mode="json")
PERSON = {"urn": reference(NAME), "family_name": NAME, "email": EMAIL, "role": "read_only_user"}


@dataclass
class Collector:
    """Takes spans as an OTLP endpoint does, and keeps all that it receives."""

    exports: list[ExportTraceServiceRequest] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/v1/traces")
        async def take(request: Request) -> Response:
            self.exports.append(ExportTraceServiceRequest.FromString(await request.body()))
            return Response(media_type="application/x-protobuf")

        return app

    def spans(self, name: str) -> list[Span]:
        scopes = (
            scope for export in self.exports for resource in export.resource_spans for scope in resource.scope_spans
        )
        return [span for scope in scopes for span in scope.spans if span.name == name]

    def followed(self, *asked: str) -> list[Span]:
        """What was handled in the traces of these requests, whatever else lies on the bus."""
        traces = {span.trace_id for name in asked for span in self.spans(name)}
        return [span for span in self.spans("handle pip.CompanyUsersChanged.v2") if span.trace_id in traces]


async def test_a_trace_crosses_the_bus_and_shows_nothing_of_what_was_sent(
    operator: KafkaAccess, instance: Callable[..., Instance], issuer: Issuer
) -> None:
    collector = Collector()
    async with serving(collector.app()) as endpoint:
        exporting = {"TT_OTLP_ENDPOINT": endpoint, "OTEL_BSP_SCHEDULE_DELAY": "100"}
        intake, exchange = (instance(service, **exporting) for service in ("intake", "mra_exchange"))
        async with (
            intake,
            exchange,
            client(intake.url, issuer.token(NAME)) as owner,
            client(intake.url, issuer.token("olga", "operator")) as olga,
        ):
            company = (await owner.post("/companies", json=REGISTRATION)).raise_for_status().json()["id"]
            (await owner.post(f"/companies/{company}/users", json=PERSON)).raise_for_status()
            texts = [await refused(owner, method, path.format(company), body) for method, path, body in WRONG]
            await publish_something_unreadable(operator)
            await until(lambda: exchange.logged("records_parked"))
            await until(lambda: len(collector.followed(*ASKED)) == len(ASKED))
            texts += [(await olga.get(f"{service.url}/operations/metrics")).text for service in (intake, exchange)]
        texts += [service.process.log.read_text("utf-8") for service in (intake, exchange)]

    asked = [span for name in ASKED for span in collector.spans(name)]
    followed = collector.followed(*ASKED)
    assert {(span.trace_id, span.parent_span_id) for span in followed} <= {
        (span.trace_id, span.span_id) for span in asked
    }
    for marker in (NAME, NUMBER):
        assert not [text for text in (*texts, str(collector.exports)) if marker.lower() in text.lower()]


WRONG = (
    ("POST", "/companies", REGISTRATION),
    ("POST", "/companies", REGISTRATION | {"business_number": NAME, "attests_signing_authority": EMAIL}),
    ("POST", "/companies", REGISTRATION | {"legal_name": [NUMBER], "address": NAME}),
    ("POST", "/companies", NAME),
    ("POST", "/companies/{}/users", PERSON | {"email": NAME}),
    ("PUT", f"/companies/{{}}/unused-roles/{NAME}", None),
    ("PUT", f"/companies/{{}}/consents/{NAME}", {"attests_signing_authority": NAME}),
    ("GET", f"/companies/{NAME}", None),
    ("GET", f"/documents/{NAME}?name={EMAIL}", None),
    ("GET", f"/{NAME}", None),
    (NAME.upper(), f"/companies/{NUMBER}", None),
)


async def refused(person: httpx.AsyncClient, method: str, path: str, body: object) -> str:
    answer = await person.request(method, path, json=body, headers={"If-Match": NAME} if method == "PUT" else {})
    assert answer.is_client_error, answer.text
    return answer.text


async def publish_something_unreadable(operator: KafkaAccess) -> None:
    async with producing(operator) as bus:
        await put(bus, replace(declared(uuid4(), 1), value=f'{{"legal_name": "{NAME}", "contact": "{EMAIL}"'.encode()))
