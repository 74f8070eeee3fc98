"""The operators' pages in a browser: a parked message is found, read, opened, redriven or discarded; lag and proofs."""

from uuid import UUID, uuid4

import httpx
import pytest
from fastapi.routing import APIRoute

from shared.http.state import ServiceState
from shared.i18n import Language
from shared.operations.pages import router
from shared.pages.addresses import LANGUAGES, addresses
from shared.service import Kernel
from shared.settings import ServiceSettings
from shared.store.client import Database
from tests.shared.operations.conftest import Office
from tests.support.builders.toys import POISON, SUBSCRIPTIONS, Deploy, ledger
from tests.support.servers.browser import Browser, Shown, signed_in
from tests.support.servers.bus import producing, put, until
from tests.support.servers.kernel import record_of
from tests.support.servers.ledgers import PORTAL
from tests.support.servers.served import SESSION_KEY
from tests.support.source import SERVICES

NAMES = ("operations", "operations_parked", "operations_life", "operations_audit")
IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)


def page(name: str = "operations", language: Language = "en", **ids: object) -> str:
    return addresses()[f"review_{name}"].path(language, **ids)


async def queue_of(browser: Browser, company: UUID, language: Language = "en") -> Shown:
    """The page of what is parked of a company, found as its operator finds it."""
    shown = await browser.opens(page(language=language))
    links = [link for link in shown.html.select("#parked a") if link.get_text() == str(company)]
    return await browser.opens(str(links[0]["href"]))


async def noted(office: Office, company: UUID) -> list[tuple[str, str | None]]:
    """What the audit log has about a company: act and reason."""
    log = await office.does("/operations/audit?since=2026-01-01T00:00:00Z")
    assert isinstance(log, dict)
    return [(entry["action"], entry["reason"]) for entry in log["entries"] if str(company) in entry["target"]]


# --- what is parked -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ("The service failed at it. ZeroDivisionError", "The messages are handled.")),
        ("fr", ("Le service a échoué à son traitement. ZeroDivisionError", "Les messages sont traités.")),
    ],
)
async def test_an_operator_finds_the_parked_message_reads_why_opens_its_bytes_and_redrives(
    office: Office, language: Language, texts: tuple[str, str]
) -> None:
    company = await office.parks(POISON, 14)
    queue = await queue_of(office.olga, company, language)
    assert texts[0] in queue.text("#why + p")
    assert queue.html.select("pre") == []
    assert await noted(office, company) == []

    bytes_shown = await queue.send("open")
    assert str(company) in bytes_shown.text("pre")
    assert await noted(office, company) == [("parked_shown", None)]

    still = await queue.send("redrive")
    assert (still.status, still.text(".notice--warn") != "") == (409, True)
    forms = [still.html.select(f"form:has([value={act}])") for act in ("redrive", "discard")]
    led_on = [str(form["action"]) for found in forms for form in found]
    assert led_on == [still.path, still.path]
    Deploy.mended = True
    redriven = await still.send("redrive")
    assert (redriven.path, texts[1] in redriven.text()) == (page(language=language), True)
    assert str(company) not in redriven.text("#parked")
    assert [act for act, _ in await noted(office, company)] == ["parked_shown", "parked_redriven", "parked_redriven"]


async def test_the_first_message_is_discarded_for_a_reason_and_never_without_one(office: Office) -> None:
    company = await office.parks(POISON)
    queue = await queue_of(office.olga, company)
    refused = await queue.send("discard", reason=" ")
    assert (refused.status, len(refused.faults())) == (422, 1)
    assert refused.html.select("details[open] #reason")
    assert await noted(office, company) == []

    given_up = await refused.send("discard", reason="Sent by a test.")
    assert (given_up.path, "The message is discarded." in given_up.text()) == (page(), True)
    assert await noted(office, company) == [("parked_discarded", "Sent by a test.")]


async def test_who_means_another_message_than_the_first_reads_the_first_before(office: Office) -> None:
    company = await office.parks(POISON, 14)
    queue = await queue_of(office.olga, company)
    refused = await queue.send("discard", reason="Beyond mending.", record="/intake/companies/another/1")
    assert refused.faults() == ["Another message is the first by now. Read it before you discard it."]
    assert refused.filled("discard")["reason"] == ["Beyond mending."]
    assert len(await queue_records(office, company)) == 2


async def queue_records(office: Office, company: UUID) -> list[object]:
    queues = await office.does("/operations/parked")
    assert isinstance(queues, dict)
    return list(queues[str(company)])


async def test_a_long_queue_is_read_page_by_page_and_the_first_messages_opened(office: Office) -> None:
    company = await office.parks(*range(POISON, POISON + 53))
    queue = await queue_of(office.olga, company)
    assert "53" in queue.text("#why ~ dl")
    assert len(queue.html.select("tbody tr")) == 50
    assert len((await queue.follow("a[rel=next]")).html.select("tbody tr")) == 3
    assert len((await queue.send("open")).html.select("pre")) == 10


@IN_BOTH
async def test_what_is_parked_no_longer_leads_back_to_the_service(office: Office, language: Language) -> None:
    shown = await office.olga.opens(page("operations_parked", language, parked_id="0" * 32))
    assert shown.path == page(language=language)
    assert shown.html.select_one(".notice--ok")


# --- how the service stands -----------------------------------------------------------------------


@IN_BOTH
async def test_when_all_is_well_the_page_shows_lag_and_proofs(office: Office, language: Language) -> None:
    Deploy.mended = True

    async def well() -> bool:
        """Once what other tests have left on the bus is redriven."""
        shown = await office.olga.opens(page(language=language))
        for link in shown.html.select("#parked a"):
            await (await office.olga.opens(str(link["href"]))).send("redrive")
        return shown.html.select_one(".hero--ok") is not None and "pip.application" in shown.text()

    await until(well)
    proved = await office.olga.opens(f"{page(language=language)}?proof=verification")
    assert proved.html.select_one("section .notice--ok")
    assert len(proved.html.select(".views a")) == 5

    async def sealed() -> bool:
        """Once nothing is journalled between the page and the endpoint."""
        [root] = (await office.olga.opens(f"{page(language=language)}?proof=seal")).html.select("#root")
        return await office.does("/operations/journal/seal") == {"root": root["value"]}

    await until(sealed)


async def test_a_journal_that_was_altered_is_named(office: Office, database: Database) -> None:
    company = await handled(office)
    await database["journal"].update_one({"subject": str(company)}, {"$set": {"fact": '{"kind": "entered"}'}})
    proved = await office.olga.opens(f"{page()}?proof=verification")
    assert f"ledgers/{company}" in proved.text("#proofs ~ table")
    assert "A fact was altered. journal_altered" in proved.text("#proofs ~ table")


async def handled(office: Office) -> UUID:
    """A company of which one message was handled, and its fact journalled."""
    company = uuid4()
    async with producing(office.bus) as producer:
        await put(producer, record_of(3, company=company, publisher=str(company)))

    async def journalled() -> bool:
        return bool(await office.does(f"/operations/lives/{company}"))

    await until(journalled)
    return company


@IN_BOTH
async def test_while_database_and_broker_are_away_the_page_shows_that(language: Language) -> None:
    settings = ServiceSettings(
        kafka_bootstrap="127.0.0.1:9",
        mongo_url="mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100",
        database="nowhere",
        issuers=["http://127.0.0.1:9"],
        public_url=PORTAL,
        session_keys=[SESSION_KEY],
    )
    kernel = Kernel("review", settings)
    kernel.aggregate(ledger())
    app = kernel.app(deps=None, subscriptions=SUBSCRIPTIONS, routers=())
    sessions = ServiceState.of(app).sessions
    assert sessions
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as http:
        olga = signed_in(http, sessions, "olga", "operator", issuer="http://127.0.0.1:9")
        shown = await olga.opens(page(language=language))
    assert shown.status == 200
    assert [("MongoDB" in item.get_text(), "Kafka" in item.get_text()) for item in shown.html.select(".hero li")] == [
        (True, False),
        (False, True),
    ]
    assert {"en": "out of reach", "fr": "injoignable"}[language] in shown.text("#parked")


# --- lives and the audit log ----------------------------------------------------------------------


@IN_BOTH
async def test_a_company_is_found_by_its_id_and_who_reads_is_noted(office: Office, language: Language) -> None:
    company = await handled(office)
    before = len(await noted(office, company))
    found = await office.olga.opens(f"{page('operations_life', language)}?name={company}")
    assert [head.get_text() for head in found.html.select(".feed strong")] == ["entered"]
    assert len(await noted(office, company)) == before + 1
    absent = await office.olga.opens(f"{page('operations_life', language)}?name={uuid4()}")
    assert absent.html.select_one(".empty")


async def test_a_company_of_which_messages_are_parked_leads_to_them(office: Office) -> None:
    company = await office.parks(POISON, 14)
    found = await office.olga.opens(f"{page('operations_life')}?name={company}")
    assert "2 messages of this company are parked here." in found.text()
    assert str(company) in (await found.follow(".notice--warn a")).text("#why ~ dl")


@IN_BOTH
async def test_what_was_done_by_hand_is_read_in_words_with_its_reason(office: Office, language: Language) -> None:
    company = await office.parks(POISON)
    queue = await queue_of(office.olga, company, language)
    await queue.send("open")
    await queue.send("discard", reason="Sent by a test.")
    log = await office.olga.opens(page("operations_audit", language))
    rows = [row.get_text(" ", strip=True) for row in log.html.select("tbody tr")]
    assert [str(company) in row for row in rows] == [True, True]
    assert "Sent by a test." in rows[1]
    assert {"en": "opened", "fr": "ouverts"}[language] in rows[0]
    later = await office.olga.opens(f"{page('operations_audit', language)}?since=2999-01-01")
    assert later.html.select_one(".empty")


# --- who may come ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["trader", "review_officer", "decision_officer", "partner"])
async def test_the_pages_are_for_operators_alone(office: Office, role: str) -> None:
    stranger = office.browser("ann", role)
    for name in NAMES:
        assert (await stranger.opens(page(name, parked_id="0" * 32))).status == 403
    sent = await stranger.sends(page("operations_parked", parked_id="0" * 32), {"form-act": ["redrive"]})
    assert sent.status == 403


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_these_pages_at_its_own_addresses(service: str) -> None:
    names = {route.name for route in router(service).routes if isinstance(route, APIRoute)}
    assert names == {f"{service}_{name}" for name in NAMES}
    assert {addresses()[name].service for name in names} == {service}
