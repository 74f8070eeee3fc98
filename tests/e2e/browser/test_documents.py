"""Documents within a page: a browser shows a PDF and a picture there, sandboxed as they are."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from playwright.async_api import Browser, Page

from shared.formats import PDF, PNG
from shared.pages.rendering import CAUTIOUS
from tests.support.builders.applicant import Applicant, registered, upload
from tests.support.builders.uploads import pdf
from tests.support.servers.backing import Broker
from tests.support.servers.bus import until
from tests.support.servers.chromium import WIDE
from tests.support.servers.served import Served, at_work
from tests.support.servers.serving import Issuer

RED = (255, 0, 0)
ALL_RED = b"1 0 0 rg 0 0 612 792 re f"
FRAMED = '<!doctype html><title>t</title><iframe src="{}#navpanes=0&view=FitH" width="600" height="500"></iframe>'
PICTURED = '<!doctype html><title>t</title><img src="{}" alt="" width="600" height="500">'


@pytest.fixture
async def intake(broker: Broker, mongo_url: str, issuer: Issuer) -> AsyncIterator[Served]:
    async with at_work("intake", broker, mongo_url, issuer) as served:
        yield served


@pytest.fixture
async def company(intake: Served) -> Applicant:
    return await registered(intake)


def red_picture() -> bytes:
    made = BytesIO()
    Image.new("RGB", (60, 50), RED).save(made, "PNG")
    return made.getvalue()


SHOWN = {
    PDF: (pdf(contents=ALL_RED), "red.pdf", FRAMED),
    PNG: (red_picture(), "red.png", PICTURED),
}


async def filed(company: Applicant, content: bytes, media_type: str, name: str) -> UUID:
    headers = {"Content-Type": media_type}
    answer = await upload(company.owner, company.path, content, headers=headers, kind="finding_response", name=name)
    return UUID(answer.json()["id"])


async def framed(chromium: Browser, intake: Served, html: str) -> Page:
    """A page that shows a document, with the headers of our own pages, in the window of an officer."""
    url = str(intake.nobody.client.base_url)
    width, height = WIDE
    context = await chromium.new_context(viewport={"width": width, "height": height})
    name, _, value = intake.browser("noor", "review_officer").headers["Cookie"].partition("=")
    await context.add_cookies([{"name": name, "value": value, "url": url}])
    page = await context.new_page()
    at = f"{url}/a-page"
    headers = {"Content-Type": "text/html", **CAUTIOUS}
    await page.route(at, lambda route: route.fulfill(body=html, headers=headers))
    await page.goto(at)
    return page


async def reddened(page: Page) -> float:
    """Which part of the window is red."""
    window = Image.open(BytesIO(await page.screenshot())).convert("RGB")
    counts: list[Any] = window.getcolors(maxcolors=window.width * window.height) or []
    red: int = sum(count for count, colour in counts if colour == RED)
    return red / (window.width * window.height)


@pytest.mark.parametrize("media_type", [PDF, PNG])
async def test_a_document_is_seen_within_our_page_and_its_opening_recorded(
    chromium: Browser, intake: Served, company: Applicant, media_type: str
) -> None:
    content, name, html = SHOWN[media_type]
    document = await filed(company, content, media_type, name)
    page = await framed(chromium, intake, html.format(f"/documents/{document}"))

    async def seen() -> bool:
        return await reddened(page) > 1 / 10

    await until(seen)
    audit = (await intake.person("olga", "operator").does("GET /operations/audit"))["entries"]
    assert ("document_opened", str(document)) in {(entry["action"], entry["target"]) for entry in audit}
    await page.context.close()
