"""Documents within a page: a browser shows a PDF and a picture there, sandboxed as they are."""

from base64 import b64encode
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page

from shared.formats import PDF, PNG
from shared.pages.rendering import CAUTIOUS
from tests.support.builders.applicant import Applicant, registered, upload
from tests.support.builders.uploads import pdf, png
from tests.support.servers.backing import Broker
from tests.support.servers.bus import until
from tests.support.servers.chromium import WIDE
from tests.support.servers.served import Served, at_work
from tests.support.servers.serving import Issuer

SHARE_OF_BLACK = """async (picture) => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, image.width, image.height);
  let black = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at] + data[at + 1] + data[at + 2] === 0) black += 1;
  return (4 * black) / data.length;
}"""
ALL_BLACK = b"0 g 0 0 612 792 re f"
FRAMED = '<!doctype html><title>t</title><iframe src="{}#navpanes=0&view=FitH" width="600" height="500"></iframe>'
PICTURED = '<!doctype html><title>t</title><img src="{}" alt="" width="600" height="500">'


@pytest.fixture
async def intake(broker: Broker, mongo_url: str, issuer: Issuer) -> AsyncIterator[Served]:
    async with at_work("intake", broker, mongo_url, issuer) as served:
        yield served


@pytest.fixture
async def company(intake: Served) -> Applicant:
    return await registered(intake)


SHOWN = {
    PDF: (pdf(contents=ALL_BLACK), "black.pdf", FRAMED),
    PNG: (png(), "black.png", PICTURED),
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


async def blackened(page: Page) -> float:
    """Which part of the window is black."""
    picture = b64encode(await page.screenshot()).decode()
    beside = await page.context.new_page()
    share: float = await beside.evaluate(SHARE_OF_BLACK, picture)
    await beside.close()
    return share


@pytest.mark.parametrize("media_type", [PDF, PNG])
async def test_a_document_is_seen_within_our_page_and_its_opening_recorded(
    chromium: Browser, intake: Served, company: Applicant, media_type: str
) -> None:
    content, name, html = SHOWN[media_type]
    document = await filed(company, content, media_type, name)
    page = await framed(chromium, intake, html.format(f"/documents/{document}"))

    async def seen() -> bool:
        return await blackened(page) > 1 / 10

    await until(seen)
    audit = (await intake.person("olga", "operator").does("GET /operations/audit"))["entries"]
    assert ("document_opened", str(document)) in {(entry["action"], entry["target"]) for entry in audit}
    await page.context.close()
