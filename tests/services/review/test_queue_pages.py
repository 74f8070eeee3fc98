"""The queue in the console: whose cases, how urgent, what is searched for, and the same as a file."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest

from shared.clock import now
from shared.i18n import Language
from shared.pages.addresses import addresses
from shared.pages.csv import BYTE_ORDER_MARK
from tests.support.builders.applicant import business_number, reference
from tests.support.builders.packages import profile
from tests.support.builders.review import small_package
from tests.support.builders.reviewing import address
from tests.support.builders.worklist import to_be_decided
from tests.support.servers.browser import Browser, Shown
from tests.support.servers.served import Person, Served, application_of

LONG_AGO = datetime(2020, 1, 6, 15, tzinfo=UTC)
CASES, EXPORT = (addresses()[name].path("fr") for name in ("cases", "cases_export"))
PAUSE = {"code": "awaiting_company", "text": "The lease is renewed."}


def officer_of(review: Served, *also: str) -> tuple[Person, Browser]:
    """A review officer who has no cases yet, and what else this officer is."""
    name, roles = f"officer {uuid4()}", ("review_officer", *also)
    return review.person(name, *roles), review.browser(name, *roles)


def listed(page: Shown, *companies: UUID) -> list[UUID]:
    """Those of these companies that the page shows, in its order."""
    places = {addresses()["case"].path("fr", application_id=application_of(company)): company for company in companies}
    paths = [str(link["href"]) for link in page.html.select("table.listing tbody th a")]
    return [places[path] for path in paths if path in places]


async def arrived(
    review: Served, noor: Person, name: str, at: datetime | None = None, assignee: str | None = None
) -> UUID:
    company = uuid4()
    described = profile(legal_name=name, business_number=business_number(), lines_of_business=("importer",))
    await review.consumes(company, small_package(submitted_at=at or now(), profile=described))
    await noor.sees(address(company), status="under_review")
    if assignee:
        await noor.does(f"PUT {address(company)}/assignment", {"officer": assignee})
    return company


async def test_a_case_is_taken_from_the_queue_and_is_then_ones_own(review: Served, noor: Person) -> None:
    company = await arrived(review, noor, "Nipigon Cartage Ltd.")
    _, officer = officer_of(review)
    assert "Vous n\u2019avez aucun dossier ouvert." in (await officer.opens(CASES)).text()
    nobodys = await officer.opens(f"{CASES}?view=nobodys")
    assert listed(nobodys, company) == [company]

    [form] = nobodys.html.select(f"table.listing form[action$='{application_of(company)}']")
    fields = {str(field["name"]): [str(field["value"])] for field in form.select("input")}
    taken = await officer.sends(str(nobodys.answer.url.join(str(form["action"]))), fields)

    assert (taken.status, taken.text("[role=status]")) == (200, "Le dossier est attribué.")
    mine = await officer.opens(CASES)
    assert (listed(mine, company), mine.text(".views [aria-current]")) == ([company], "Les miens 1")
    for view in ("nobodys", "others", "overdue"):
        assert listed(await officer.opens(f"{CASES}?view={view}"), company) == []
    _, other = officer_of(review)
    assert listed(await other.opens(f"{CASES}?view=others"), company) == [company]
    assert listed(await other.opens(CASES), company) == []


async def test_the_most_urgent_stands_first(review: Served, noor: Person) -> None:
    officer, browser = officer_of(review)
    ages = {"on_time": now(), "missed": LONG_AGO, "paused": now(), "soon": now() - timedelta(days=252), "back": now()}
    cases = {name: await arrived(review, noor, f"{name} Ltd.", at, officer.urn) for name, at in ages.items()}
    await officer.does(f"PUT {address(cases['paused'])}/pause", PAUSE)
    await officer.does(f"POST {address(cases['back'])}/questions", {"text": "Who holds the keys?"})
    await officer.does(f"POST {address(cases['back'])}/return", {"answer_by": str((now() + timedelta(20)).date())})
    await officer.sees(address(cases["missed"]), standard_missed=True)

    page = await browser.opens(CASES)

    assert [str(head["id"]) for head in page.html.select("table.listing h2")] == [
        "standard_missed", "ends_soon", "on_time", "returned", "paused",
    ]  # fmt: skip
    in_order = [cases[name] for name in ("missed", "soon", "on_time", "back", "paused")]
    assert listed(page, *cases.values()) == in_order
    assert listed(await browser.opens(f"{CASES}?view=mine&status=returned"), *cases.values()) == [cases["back"]]
    assert listed(await browser.opens(f"{CASES}?view=overdue&assignee={officer.urn}"), *in_order) == [cases["missed"]]
    assert listed(await browser.opens(f"{CASES}?line_of_business=exporter"), *in_order) == []
    assert listed(await browser.opens(f"{CASES}?line_of_business=importer"), *in_order) == in_order


async def test_a_list_goes_on_page_by_page_through_all_urgencies(
    review: Served, noor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.review.views.worklist.PAGE", 2)
    officer, browser = officer_of(review)
    ages = (LONG_AGO, LONG_AGO + timedelta(days=1), LONG_AGO + timedelta(days=2), now(), now())
    cases = [await arrived(review, noor, f"{n} Ltd.", at, officer.urn) for n, at in enumerate(ages)]
    for case in cases[:3]:
        await officer.sees(address(case), standard_missed=True)

    found = await walked(browser, CASES, cases)
    assert found[:3] == cases[:3]
    assert sorted(found) == sorted(cases)
    _, other = officer_of(review)
    assert await walked(other, f"{CASES}?assignee={officer.urn}&line_of_business=importer", cases) == found
    assert (await browser.opens(f"{CASES}?after=nowhere")).status == 422


async def walked(browser: Browser, path: str, cases: Sequence[UUID]) -> list[UUID]:
    """Which of these cases a list has, page by page."""
    page = await browser.opens(path)
    found = listed(page, *cases)
    while page.html.select("a[rel=next]"):
        page = await page.follow("a[rel=next]")
        found += listed(page, *cases)
    return found


async def test_each_view_counts_what_it_holds(review: Served, noor: Person) -> None:
    officer, browser = officer_of(review, "decision_officer")
    await to_be_decided(review, noor)
    for assignee in (officer.urn, None, reference("somebody")):
        await arrived(review, noor, "Wawa Ltd.", assignee=assignee)
        for view in ("to_decide", "mine", "nobodys", "others", "overdue", "everybodys"):
            page = await browser.opens(f"{CASES}?view={view}")
            held = page.text(".band .head > .quiet") or "0"
            assert figures(page.text(".views [aria-current] .count")) == figures(held)


def figures(text: str) -> int:
    return int("".join(filter(str.isdigit, text)))


async def test_a_company_is_found_whoever_has_its_case(review: Served, noor: Person) -> None:
    company = await arrived(review, noor, "Évangéline Cartage Ltée", assignee=reference("somebody"))
    number = (await noor.does(f"GET {address(company)}"))["business_number"]
    _, browser = officer_of(review)
    for find in ("evangeline c", number, f"{number[:5]} {number[5:]}"):
        assert listed(await browser.opens(f"{CASES}?find={find}"), company) == [company]
    nothing = await browser.opens(f"{CASES}?find=Vangeline")
    assert (listed(nothing, company), "Aucun dossier trouvé." in nothing.text()) == ([], True)


async def test_what_is_no_filter_is_named_and_stays(review: Served) -> None:
    _, browser = officer_of(review)
    wrong = await browser.opens(f"{CASES}?assignee=Marie&status=asleep&find=%22")
    assert (wrong.status, len(wrong.faults())) == (422, 2)
    assert wrong.html.select_one("#assignee[value=Marie]")
    assert (await browser.opens(f"{CASES}?find=%22")).status == 422


async def test_the_same_cases_are_a_file(review: Served, noor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.review.views.worklist.PAGE", 2)
    officer, browser = officer_of(review)
    names = ["=1+1 Ltd.", "Quai « A », Québec", "Third Ltd."]
    for name in names:
        await arrived(review, noor, name, assignee=officer.urn)

    answer = (await browser.opens(EXPORT)).answer

    assert answer.headers["content-disposition"].startswith('attachment; filename="dossiers-')
    assert answer.text.startswith(BYTE_ORDER_MARK)
    heads, *rows = csv.reader(StringIO(answer.text.removeprefix(BYTE_ORDER_MARK), newline=""))
    assert heads[:2] == ["Dénomination sociale", "Numéro d\u2019entreprise"]
    assert {row[0] for row in rows} == {f"'{names[0]}", *names[1:]}
    searched = (await browser.opens(f"{EXPORT}?find=third")).answer
    assert "Third Ltd." in searched.text
    assert (await browser.opens(f"{EXPORT}?status=asleep")).status == 422


async def test_a_decision_officer_begins_with_what_waits_for_a_decision(review: Served) -> None:
    reviewer, _ = officer_of(review)
    waiting = UUID((await to_be_decided(review, reviewer))["company_id"])
    company = await arrived(review, reviewer, "Schreiber Ltd.", assignee=reviewer.urn)
    decider, assessor = (review.browser(f"other {role}", role) for role in ("decision_officer", "risk_officer"))
    theirs = f"{CASES}?assignee={reviewer.urn}"

    begins = await decider.opens(CASES)

    assert begins.text(".views li:first-child [aria-current]").startswith("À décider")
    stages = begins.html.select("table.listing td:nth-of-type(2)")
    assert {stage.get_text(strip=True) for stage in stages} == {"En attente d\u2019une décision"}
    assert listed(await decider.opens(theirs), waiting, company) == [waiting]
    assert set(listed(await assessor.opens(theirs), waiting, company)) == {waiting, company}
    assert "À décider" not in (await assessor.opens(CASES)).text(".views")


async def test_a_stage_that_is_named_is_found_beyond_what_waits_for_a_decision(review: Served) -> None:
    reviewer, _ = officer_of(review)
    company = await arrived(review, reviewer, "Terrace Bay Ltd.", assignee=reviewer.urn)
    decider = review.browser("other decision_officer", "decision_officer")
    query = f"view=to_decide&status=under_review&assignee={reviewer.urn}"
    assert listed(await decider.opens(f"{CASES}?{query}"), company) == [company]
    narrowed = await decider.opens(f"{CASES}?view=to_decide&status=under_review")
    assert narrowed.text(".views [aria-current]").startswith("Tous les dossiers ouverts")


@pytest.mark.parametrize("role", ["risk_officer", "site_officer", "decision_officer"])
async def test_every_officer_reads_the_queue_and_review_officers_take(review: Served, noor: Person, role: str) -> None:
    company = await arrived(review, noor, "Kenora Ltd.")
    page = await review.browser(f"other {role}", role).opens(f"{CASES}?find=Kenora")
    assert listed(page, company) == [company]
    assert page.html.select("table.listing form") == []
    assert (await review.browser("trader", "trader").opens(CASES)).status == 403


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_queue_is_whole_in_both_languages(review: Served, noor: Person, language: Language) -> None:
    await arrived(review, noor, "Moosonee Ltd.")
    _, browser = officer_of(review)
    for query in ("view=nobodys", "find=Moosonee", "view=mine", "view=overdue&line_of_business=importer"):
        page = await browser.opens(f"{addresses()['cases'].path(language)}?{query}")
        assert (page.status, len(page.html.select("h1"))) == (200, 1)
        assert page.html.select_one(f"html[lang={language}-CA] nav [aria-current=page]")
