"""The real gateway: each address leads where it should, a restart is waited for, and what is away is said."""

import asyncio
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from importlib import import_module
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from shared.http.prefix import prefix_of
from shared.http.session.sealed import Seal
from shared.http.session.session import Sessions
from shared.pages.addresses import LANGUAGES, Address, addresses
from shared.pages.speech import Words
from tests.deploy.gateways import Portals, before
from tests.support.built import SETTINGS, routes, settings_of
from tests.support.servers.browser import Browser, signed_in
from tests.support.servers.served import SESSION_KEY
from tests.support.source import SERVICES

RESTART_SECONDS = 2.0
WORDS = Words("shared.pages")
MARKER = "marker-4711"
TYPED = "Le pont est fermé ce jour-là; « après 14 h » conviendrait."
AWAY = {"en": "This part is away for a moment", "fr": "Cette partie est momentanément injoignable"}
FORGED = {
    "Forwarded": f"for={MARKER}",
    "X-Forwarded-For": MARKER,
    "X-Forwarded-Host": MARKER,
    "X-Forwarded-Prefix": MARKER,
    "X-Real-IP": MARKER,
    "X-Original-URL": MARKER,
    "X-Rewrite-URL": MARKER,
    "Proxy": MARKER,
}


def service(name: str, url: str) -> FastAPI:
    """The service as it is, with nothing behind it."""
    doors = [{"url": f"http://127.0.0.1:{port}", "client_id": "portal"} for port in (8, 9)]
    portal = {"issuers": doors, "public_url": url, "session_keys": [SESSION_KEY]}
    settings = settings_of(name).model_validate({**SETTINGS, **portal})
    app: FastAPI = import_module(f"services.{name}.main").build(settings)
    return app


def echo(name: str, _: str) -> FastAPI:
    """Answers with what was asked of it."""
    app = FastAPI(openapi_url=None)

    async def answer(request: Request) -> JSONResponse:
        body = await request.body()
        asked = {"method": request.method, "url": str(request.url), "headers": dict(request.headers)}
        return JSONResponse({"service": name, **asked, "bytes": len(body)})

    app.add_route("/{path:path}", answer, methods=["GET", "POST", "PUT", "DELETE"])
    return app


def somebody(http: httpx.AsyncClient, portal: Portals) -> Browser:
    """The same visitor, who has signed in."""
    return signed_in(http, Sessions(Seal([SESSION_KEY]), portal.url), "urn-sam", issuer="http://127.0.0.1:9")


@pytest.fixture(scope="module")
async def portal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portals]:
    async with before(tmp_path_factory.mktemp("portal"), service) as made:
        yield made


@pytest.fixture(scope="module")
async def echoes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portals]:
    async with before(tmp_path_factory.mktemp("echoes"), echo) as made:
        yield made


def path_of(address: Address, language: str) -> str:
    ids = {name: uuid4() for name in re.findall(r"\{(\w+)\}", address.template("en"))}
    return address.path(language, **ids)  # type: ignore[arg-type]


# --- where each address leads ---------------------------------------------------------------------


async def test_every_page_is_asked_of_its_service_in_both_languages(echoes: Portals) -> None:
    async with echoes.visitor() as visitor:
        for address in addresses().values():
            for language in LANGUAGES:
                answer = await visitor.get(path_of(address, language))
                assert answer.json()["service"] == address.service


async def test_every_page_that_is_built_answers_in_both_languages(portal: Portals) -> None:
    """A public one shows itself, any other leads to where one signs in; none is answered by somebody else."""
    async with portal.visitor() as visitor:
        for address in addresses().values():
            for language in LANGUAGES:
                path = path_of(address, language)
                answer = await visitor.get(path)
                assert answer.headers["content-language"] == language, path
                if address.name in built(portal, address.service):
                    assert answer.status_code == 200 or "/session/" in answer.headers["location"], path


def built(portal: Portals, service: str) -> set[str | None]:
    """The pages that a service has."""
    return {route.name for route in routes(portal.apps[service].app) if route.name in addresses()}


@pytest.mark.parametrize("name", SERVICES)
async def test_every_service_has_its_documentation_and_its_endpoints_under_its_prefix(
    portal: Portals, name: str
) -> None:
    async with portal.visitor("fr") as visitor:
        docs = await visitor.get(f"{prefix_of(name)}/docs")
        start = await visitor.get(str(docs.url.join("docs/start.js")))
        document = (await visitor.get(f"{prefix_of(name)}/openapi.json")).json()
        path = next(path for path, methods in document["paths"].items() if "get" in methods and "operations" in path)
        asked = await visitor.get(f"{prefix_of(name)}{path}")
    assert docs.is_success
    assert start.is_success
    assert document["info"]["title"].endswith(name)
    assert document["servers"] == [{"url": prefix_of(name)}]
    assert (asked.status_code, asked.json()["code"], asked.headers["content-language"]) == (401, "unauthorised", "fr")


async def test_an_endpoint_gets_the_whole_request_under_its_prefix(echoes: Portals) -> None:
    async with echoes.visitor() as visitor:
        for name in SERVICES:
            answer = (await visitor.post(f"{prefix_of(name)}/x%2Fy?a=1&a=2", content=bytes(3_000_000))).json()
            assert (answer["service"], answer["method"], answer["bytes"]) == (name, "POST", 3_000_000)
            assert answer["url"] == f"{echoes.url}{prefix_of(name)}/x/y?a=1&a=2"


async def test_visitors_come_in_by_the_address_alone_and_find_what_a_page_needs(portal: Portals) -> None:
    async with portal.visitor("fr-CA") as visitor:
        entered = await visitor.get("/")
        gone = await visitor.get("/fr/rien")
        style = re.findall(r'href="(/static/ui\.[^"]+)"', gone.text)
        sheet = await visitor.get(style[0])
        door = await visitor.get("/session/sign-in?then=/fr")
    assert (entered.status_code, entered.headers["location"]) == (303, "/fr")
    assert gone.status_code == 404
    assert sheet.headers["content-encoding"] in {"gzip", "zstd"}
    assert "immutable" in sheet.headers["cache-control"]
    assert (door.status_code, door.headers["content-language"]) == (200, "fr")


@pytest.mark.parametrize(
    "path", ["/livez", "/openapi.json", "/docs", "/companies", "/operations/audit", "/metrics", "/api", "/api/x/livez"]
)
async def test_what_has_no_address_is_not_there(echoes: Portals, path: str) -> None:
    async with echoes.visitor() as visitor:
        answer = await visitor.get(path)
    assert (answer.status_code, answer.content) == (404, b"")


async def test_whoever_came_by_another_name_goes_to_the_one_address(echoes: Portals) -> None:
    port = echoes.url.rpartition(":")[2]
    async with echoes.visitor() as visitor:
        page = await visitor.get("/en/help?a=1", headers={"Host": f"localhost:{port}"})
        endpoint = await visitor.get(f"{prefix_of('risk')}/policies", headers={"Host": f"localhost:{port}"})
    assert (page.status_code, page.headers["location"]) == (302, f"{echoes.url}/en/help?a=1")
    assert endpoint.json()["headers"]["host"] == f"localhost:{port}"


async def test_no_caller_gives_itself_the_headers_of_a_proxy(echoes: Portals) -> None:
    async with echoes.visitor() as visitor:
        answer = await visitor.get(f"{prefix_of('risk')}/policies", headers=FORGED)
    assert MARKER not in str(answer.json()["headers"])
    assert {"server", "via"} & {*answer.headers} == set()


# --- what is away, and comes back -----------------------------------------------------------------


async def test_a_service_that_is_started_again_is_waited_for(echoes: Portals) -> None:
    async with echoes.visitor() as visitor:
        await visitor.get(f"{prefix_of('risk')}/policies")
        await echoes.stop("risk")
        waiting = [
            asyncio.create_task(visitor.get(f"{prefix_of('risk')}/policies")),
            asyncio.create_task(visitor.post(f"{prefix_of('risk')}/assessments", content=bytes(100_000))),
        ]
        await asyncio.sleep(RESTART_SECONDS)
        assert not any(task.done() for task in waiting)
        await echoes.start("risk")
        answers = await asyncio.gather(*waiting)
    assert [(answer.status_code, answer.json()["bytes"]) for answer in answers] == [(200, 0), (200, 100_000)]


async def test_a_service_that_stays_away_is_named_in_the_readers_language_and_the_others_work(portal: Portals) -> None:
    visits = {language: path_of(addresses()["visits"], language) for language in LANGUAGES}
    form = {"form-key": [str(uuid4())], "reason": [TYPED]}
    async with portal.visitor("fr") as visitor, portal.without("site_validation"):
        waiting = [asyncio.create_task(visitor.get(path)) for path in visits.values()]
        sent = asyncio.create_task(somebody(visitor, portal).sends(visits["fr"], form))
        asked = asyncio.create_task(visitor.get(f"{prefix_of('site_validation')}/validations?{MARKER}"))
        assert (await visitor.get(path_of(addresses()["overview"], "fr"))).status_code == 303
        for language, answer in zip(visits, await asyncio.gather(*waiting), strict=True):
            assert (answer.status_code, answer.headers["content-language"]) == (503, language)
            assert AWAY[language] in answer.text
        again = await sent
        assert (again.status, again.path, again.filled()) == (503, visits["fr"], form)
        document = await asked
    assert (document.status_code, document.json()["code"]) == (503, "service_away")
    assert document.headers["content-language"] == "fr"
    assert "retry-after" in document.headers


async def test_where_every_service_is_away_the_gateway_itself_is_understood_in_both_languages(portal: Portals) -> None:
    async with portal.visitor("fr") as visitor, portal.without(*SERVICES):
        page, form, document = await asyncio.gather(
            visitor.get(path_of(addresses()["overview"], "fr")),
            somebody(visitor, portal).sends(path_of(addresses()["visits"], "fr"), {"reason": [TYPED]}),
            visitor.get(f"{prefix_of('intake')}/companies"),
        )
    assert (page.status_code, form.status) == (503, 503)
    for language in LANGUAGES:
        for key in ("problem.503.title", "problem.503.helps"):
            assert WORDS.phrase(key, language) in page.text
            assert WORDS.phrase(key, language) in str(form.html)
    assert (document.status_code, document.json()["code"]) == (503, "service_away")
    assert {"retry-after"} <= page.headers.keys() & document.headers.keys()
    [style] = re.findall("<style>(.*?)</style>", page.text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.headers["content-security-policy"]


async def test_the_others_sign_in_and_dress_pages_while_the_first_service_is_away(portal: Portals) -> None:
    async with portal.visitor() as visitor:
        style = re.findall(r'href="(/static/ui\.[^"]+)"', (await visitor.get("/en/nothing")).text)[0]
        async with portal.without("intake", "review"):
            answers = [await visitor.get(path) for path in ("/", style, "/session/sign-in?then=/en", "/en/nothing")]
    assert [answer.status_code for answer in answers] == [303, 200, 200, 404]


async def test_an_early_refusal_reaches_its_caller_and_ends_nobody_elses_connection(portal: Portals) -> None:
    path = f"{prefix_of('intake')}/companies"
    async with portal.visitor() as visitor:
        for size in (0, 10, 5_000, 300_000, 3_000_000):
            answers = await asyncio.gather(*(visitor.post(path, content=bytes(size)) for _ in range(20)))
            assert {answer.status_code for answer in answers} == {401}, size
            assert (await visitor.get("/en/nothing")).status_code == 404


async def test_no_log_of_the_gateway_repeats_what_was_asked(portal: Portals) -> None:
    async with portal.visitor() as visitor, portal.without("mra_exchange"):
        answer = await visitor.get(
            f"{prefix_of('mra_exchange')}/{MARKER}?q={MARKER}", headers={"Cookie": f"a={MARKER}"}
        )
    logged = portal.log.read_text("utf-8")
    assert answer.status_code == 503
    assert "connection refused" in logged, "it was logged"
    assert MARKER not in logged
