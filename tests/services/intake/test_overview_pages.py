# ruff: noqa: RUF001 - French as it is printed
"""The overview as people meet it: what is missing leads to its field, the button is the owner's, and what happened."""

from collections.abc import Awaitable, Callable

import pytest

from shared.contracts.review import VisitSummary
from shared.pages.addresses import LANGUAGES
from tests.support.builders.applicant import Applicant, completed, joined, registered, submitted
from tests.support.builders.review_messages import approved, denied, membership, progressed, returned
from tests.support.servers.browser import Browser, Shown
from tests.support.servers.bus import until
from tests.support.servers.served import Served, application_of

EN, FR = "companies", "entreprises"
IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)


def path_of(company: Applicant, language: str = "en") -> str:
    return f"/{language}/{EN if language == 'en' else FR}/{company.id}"


def owner_of(intake: Served, company: Applicant) -> Browser:
    return intake.browser_of(company.owner)


async def overview(browser: Browser, company: Applicant, language: str = "en") -> Shown:
    page = await browser.opens(path_of(company, language))
    assert page.status == 200
    return page


async def once(look: Callable[[], Awaitable[Shown]], text: str) -> Shown:
    """The page, once this stands there."""
    page = await look()

    async def so() -> bool:
        nonlocal page
        page = await look()
        return text in page.text()

    await until(so)
    return page


@pytest.fixture(scope="module")
async def applicant(intake: Served) -> Applicant:
    """One that lacks nothing."""
    return await completed(intake)


# --- what is missing ------------------------------------------------------------------------------


@IN_BOTH
async def test_everything_that_is_missing_leads_to_the_very_field(intake: Served, language: str) -> None:
    company = await registered(intake)
    maude = owner_of(intake, company)
    page = await overview(maude, company, language)
    links = [str(link["href"]) for link in page.html.select(".lacks a")]
    assert len(links) > 15
    for link in links:
        there, (_, _, anchor) = await maude.opens(link), link.partition("#")
        assert there.status == 200, link
        assert there.html.find(id=anchor) if anchor else True, link


async def test_who_only_reads_is_shown_no_way_to_act(intake: Served) -> None:
    company = await registered(intake)
    reader = await joined(intake, company, "read_only_user")
    page = await overview(intake.browser_of(reader), company)
    assert "Your role reads only." in page.text(".hero")
    assert page.html.select(".hero a") == []


# --- the button -----------------------------------------------------------------------------------


async def test_the_green_button_is_the_owners_and_others_read_whose_it_is(intake: Served, applicant: Applicant) -> None:
    page = await overview(owner_of(intake, applicant), applicant, "fr")
    button = page.html.select_one("a.button--go")
    assert button
    assert (button.get_text(strip=True), button["href"]) == (
        "Soumettre la demande",
        f"{path_of(applicant, 'fr')}/soumettre",
    )
    assert page.html.select("main .stack.body > :last-child a.button--go")
    proxy = await joined(intake, applicant, "proxy_account_owner")
    page = await overview(intake.browser_of(proxy), applicant, "fr")
    assert page.html.select("a.button--go") == []
    assert "Le propriétaire du compte peut soumettre la demande : Tremblay-Ostrander." in page.text(".hero")


async def test_there_is_no_button_while_anything_is_missing(intake: Served) -> None:
    company = await registered(intake)
    assert (await overview(owner_of(intake, company), company)).html.select("a.button--go") == []


# --- the course -----------------------------------------------------------------------------------


@IN_BOTH
async def test_a_whole_course_is_shown(intake: Served, language: str) -> None:
    company = await submitted(intake)
    maude, application = owner_of(intake, company), application_of(company.id)

    async def look() -> Shown:
        return await overview(maude, company, language)

    visit = VisitSummary(division_ids=(), on=progressed("decision").since.date(), state="planned")
    await intake.consumes(company.id, progressed("site_validation").model_copy(update={"visits": (visit,)}))
    page = await once(look, "Officers plan a visit" if language == "en" else "Des agents prévoient une visite")
    assert page.text(".step--now .step__title").endswith(
        "Site validation" if language == "en" else "Validation des lieux"
    )
    assert page.html.select(".clock__number")

    await intake.consumes(company.id, returned())
    page = await once(look, "Who signed the statement?")
    assert page.html.select_one('.hero--warn a[href$="#text"]')

    await intake.consumes(company.id, approved())
    await intake.consumes(company.id, membership("active", application))
    page = await once(look, "The company is a member" if language == "en" else "L’entreprise est membre")
    assert page.text(".step--now .step__title").endswith("Membership" if language == "en" else "Adhésion")
    assert page.html.select_one("#membership")


async def test_a_denial_is_shown_with_its_message_and_grounds(intake: Served) -> None:
    company = await submitted(intake)
    await intake.consumes(company.id, denied())
    page = await once(lambda: overview(owner_of(intake, company), company), "Denied on")
    assert "The yard is not fenced." in page.text()


async def test_what_happened_is_read_in_words_and_page_by_page(intake: Served, applicant: Applicant) -> None:
    maude = owner_of(intake, applicant)
    page = await once(lambda: overview(maude, applicant, "fr"), "Document téléversé")
    more = page.html.select_one('a[href$="/historique"]')
    assert more
    history = await once(lambda: maude.opens(str(more["href"])), "Le compte a été ouvert.")
    assert "10 questions sur l’entreprise ont reçu une réponse." in history.text()
    assert "Vous ·" in history.text()


# --- the state ------------------------------------------------------------------------------------


@IN_BOTH
async def test_an_open_page_asks_for_a_tiny_state(intake: Served, language: str) -> None:
    company = await registered(intake)
    maude = owner_of(intake, company)
    page = await overview(maude, company, language)
    live = page.html.select_one("[data-state]")
    assert live
    state = await maude.http.get(str(live["data-state"]), headers=maude.headers)
    assert (state.status_code, state.json().keys()) == (200, {"sequence"})
    assert state.headers.get_list("cache-control") == ["private, no-cache"]
    same = await maude.http.get(
        str(live["data-state"]), headers={**maude.headers, "If-None-Match": state.headers["etag"]}
    )
    assert (same.status_code, same.content) == (304, b"")
    await company.owner.does(f"PUT {company.path}/unused-roles/read_only_user")
    other = await maude.http.get(
        str(live["data-state"]), headers={**maude.headers, "If-None-Match": state.headers["etag"]}
    )
    assert other.json()["sequence"] > state.json()["sequence"]


@pytest.mark.parametrize("page", ["", "/state", "/history", "/profile", "/contact", "/numbers", "/people"])
async def test_to_strangers_the_company_is_not_there(intake: Served, page: str) -> None:
    company = await registered(intake)
    stranger = intake.browser(f"stranger to {company.id}")
    assert (await stranger.opens(f"{path_of(company)}{page}")).status == 404
