"""The whole deployment behind its one address: people sign in, call every service, and notice no restart."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from bs4 import BeautifulSoup

from deploy.local.deployment import Portal
from deploy.local.supervisor import SERVICES, Running
from deploy.operations.access import OPERATOR, token_of
from shared.http.prefix import prefix_of
from shared.pages.addresses import LANGUAGES, addresses
from tests.support.builders.company_life import carrier, patient_cast
from tests.support.servers.portal import shown

NAME = "Keewatin Cartage Ltd."
OF_A_COMPANY = addresses()["overview"].paths.en


@dataclass(frozen=True)
class Owner:
    """Somebody who has signed in with a browser, and the company of which it is the owner."""

    http: httpx.AsyncClient
    company: str


@pytest.fixture(scope="module")
def portal(at_work: Running) -> Portal:
    assert at_work.deployment.portal
    return at_work.deployment.portal


@pytest.fixture(scope="module")
async def owner(at_work: Running, portal: Portal) -> AsyncIterator[Owner]:
    async with (
        patient_cast(at_work.deployment) as cast,
        httpx.AsyncClient(base_url=portal.url, trust_env=False, timeout=30, follow_redirects=True) as http,
    ):
        player = cast.trader("Kira Keewatin")
        firm = carrier(NAME, "940004005")
        registered = await player.post("intake", "/companies", firm.registration(player.name))
        await sign_in(http, player.name)
        yield Owner(http, registered["id"])


async def sign_in(http: httpx.AsyncClient, name: str) -> None:
    """By the portal's door to the issuer, where the name is typed, and back."""
    page = await http.get("/session/sign-in", params={"then": "/en"})
    if doors := BeautifulSoup(page.text, "html.parser").select("a.door"):
        page = await http.get(str(doors[0]["href"]))
    back = await http.post(str(page.url), data={"name": name})
    assert (back.status_code, back.url.path) == (200, "/en"), back.text
    assert name in back.text


async def test_every_page_of_a_company_answers_its_owner_in_both_languages(owner: Owner) -> None:
    """The one that confirms a submission is not there before the first."""
    pages = [each for service in SERVICES for each in shown(service) if each.paths.en.startswith(OF_A_COMPANY)]
    for address in pages:
        for language in LANGUAGES:
            if set(re.findall(r"\{(\w+)\}", address.template(language))) == {"company_id"}:
                page = await owner.http.get(address.path(language, company_id=owner.company))
                status = 404 if address.name == "submitted" else 200
                assert (page.status_code, page.headers["content-language"]) == (status, language), address.name


@pytest.mark.parametrize("service", SERVICES)
async def test_every_service_takes_a_call_with_a_token(at_work: Running, portal: Portal, service: str) -> None:
    headers = {"Authorization": f"Bearer {token_of(OPERATOR, at_work.deployment)}"}
    async with httpx.AsyncClient(base_url=portal.url, headers=headers, trust_env=False) as operator:
        answer = await operator.get(f"{prefix_of(service)}/operations/audit")
        ready = await operator.get(f"{prefix_of(service)}/readyz")
    assert (answer.status_code, ready.status_code) == (200, 200)


async def test_a_session_reads_at_the_api_and_changes_nothing_there(owner: Owner) -> None:
    path = f"{prefix_of('intake')}/companies/{owner.company}"
    assert (await owner.http.get(path)).json()["profile"]["legal_name"] == NAME
    assert (await owner.http.put(f"{path}/profile", json={})).status_code == 401


async def test_nobody_notices_that_a_service_is_killed_and_started_again(at_work: Running, owner: Owner) -> None:
    await at_work.servers["intake"].kill()
    page = await owner.http.get(addresses()["overview"].path("fr", company_id=owner.company), timeout=100)
    assert page.status_code == 200
    assert NAME in page.text
