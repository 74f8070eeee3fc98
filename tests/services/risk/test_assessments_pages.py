"""Officers of risk in a browser without script: what waits is found, read, tried under another policy, and decided."""

from uuid import UUID, uuid4

import pytest

from shared.contracts.risk import RiskAssessed
from shared.i18n import Language
from shared.pages.addresses import LANGUAGES, addresses
from tests.support.builders.packages import eligibility, package, profile
from tests.support.builders.review import withdrawn
from tests.support.builders.risk import DRAFT, reviewed
from tests.support.servers.browser import Browser, Shown
from tests.support.servers.bus import until
from tests.support.servers.served import STRANGER, Person, Served, application_of

REASON = "The debt was paid in January.\nThe receipt is on file."


@pytest.fixture(scope="module")
def rui(risk: Served) -> Person:
    return risk.person("rui", "risk_officer")


@pytest.fixture(scope="module")
def officer(risk: Served) -> Browser:
    return risk.browser("rui", "risk_officer")


@pytest.fixture(scope="module")
def dana(risk: Served) -> Browser:
    return risk.browser("dana", "decision_officer")


def page(name: str, company: UUID | None = None, language: Language = "en", **ids: object) -> str:
    known = {"application_id": application_of(company)} if company else {}
    return addresses()[name].path(language, **known, **ids)


async def scored(risk: Served, rui: Person, name: str = "Boreal Drayage Ltd.", **answers: object) -> UUID:
    """A company whose application is scored; a debt to the Crown is referred to an officer."""
    company = uuid4()
    await risk.consumes(company, package(profile=profile(legal_name=name), eligibility=eligibility(**answers)))
    await risk.consumes(company, reviewed())
    status = "referred" if "crown_debt" in answers else "assessed"
    await rui.sees(f"/assessments/{application_of(company)}", status=status)
    return company


async def referred(risk: Served, rui: Person, name: str = "Boreal Drayage Ltd.") -> UUID:
    return await scored(risk, rui, name, crown_debt=True)


def rows(queue: Shown) -> list[str]:
    return [link.get_text() for link in queue.html.select("table th[scope=row] a")]


def groups(queue: Shown) -> list[str]:
    return [heading.get_text(" ", strip=True) for heading in queue.html.select("table h2")]


# --- the queue ------------------------------------------------------------------------------------


async def test_what_waits_for_an_officer_stands_first_and_leads_to_its_assessment(
    risk: Served, rui: Person, officer: Browser
) -> None:
    await scored(risk, rui)
    company = await referred(risk, rui)
    queue = await officer.opens(page("assessments"))
    assert groups(queue)[0] == "Waiting for an officer"
    assert "Assessed" in groups(queue)[1:]
    assessment = await queue.follow(f'a[href="{page("assessment", company)}"]')
    assert (assessment.path, assessment.text("h1")) == (page("assessment", company), "Boreal Drayage Ltd.")


async def test_a_queue_is_narrowed_by_its_address(risk: Served, rui: Person, officer: Browser) -> None:
    mark = f"Quill {uuid4().hex[:6]}"
    await referred(risk, rui, f"{mark} Freight")
    await scored(risk, rui, f"{mark} Rail")
    await scored(risk, rui, f"{mark} Marine", bankruptcy=True)

    # given a beginning in whatever case, when it is looked for, then these alone are found, in their groups
    found = await officer.opens(f"{page('assessments')}?name={mark.upper()}&band=&status=")
    assert (sorted(rows(found)), groups(found)) == (
        [f"{mark} Freight", f"{mark} Marine", f"{mark} Rail"],
        ["Waiting for an officer", "Assessed"],
    )
    narrowed = await found.browser.opens(f"{page('assessments')}?name={mark}&band=high&status=assessed")
    assert (rows(narrowed), narrowed.text("[aria-current=true] .count") != "") == ([f"{mark} Marine"], True)
    assert rows(await narrowed.follow(".filter a")) != rows(narrowed)

    export = await narrowed.follow(".head a")
    lines = export.answer.content.decode("utf-8-sig").split("\r\n")
    assert export.answer.headers["content-type"].startswith("text/csv")
    assert (len(lines), lines[1].split(",")[0], "High risk,2026-01,Unacceptable,by policy" in lines[1]) == (
        3,
        f"{mark} Marine",
        True,
    )
    nothing = await officer.opens(f"{page('assessments')}?name={mark}x")
    assert "No assessment matches." in nothing.text(".empty")


async def test_a_queue_is_read_page_by_page_and_once_each(risk: Served, rui: Person, officer: Browser) -> None:
    mark = f"Many {uuid4().hex[:6]}"
    companies = [uuid4() for _ in range(52)]
    for number, company in enumerate(companies):
        named = package(profile=profile(legal_name=f"{mark} {number:02}"), eligibility=eligibility(crown_debt=True))
        await risk.consumes(company, named)
        if number < 49:
            await risk.consumes(company, reviewed())
    for company in companies:
        expected = "referred" if companies.index(company) < 49 else "collecting"
        await rui.sees(f"/assessments/{application_of(company)}", status=expected)
    first = await officer.opens(f"{page('assessments')}?name={mark}")
    second = await first.follow("a[rel=next]")
    assert rows(first)[:49] == [f"{mark} {number:02}" for number in range(49)]
    assert (len(rows(first)), groups(first)) == (50, ["Waiting for an officer", "Waiting for the review"])
    assert (len(rows(second)), groups(second)) == (2, ["Waiting for the review"])
    assert len({*rows(first), *rows(second)}) == 52
    assert second.html.select("a[rel=next]") == []
    export = await officer.opens(f"{page('assessments_export')}?name={mark}")
    assert export.answer.text.count("\r\n") == 53


@pytest.mark.parametrize("query", ["band=huge", "status=lost", "name=%23%23", "after=me", "name=a%00b"])
async def test_what_cannot_be_asked_for_is_explained(officer: Browser, query: str) -> None:
    queue = await officer.opens(f"{page('assessments')}?{query}")
    assert (queue.status, len(queue.faults()), rows(queue)) == (422, 1, [])
    assert (await officer.opens(f"{page('assessments_export')}?{query}")).status == 422


async def test_a_foreign_place_is_refused(officer: Browser) -> None:
    assert (await officer.opens(f"{page('assessments')}?after=referred:me")).status == 422


# --- one assessment -------------------------------------------------------------------------------


async def test_an_officer_reads_why_and_decides_with_a_reason(risk: Served, rui: Person, officer: Browser) -> None:
    company = await referred(risk, rui)
    assessment = await officer.opens(page("assessment", company))
    assert "30 points, medium risk" in assessment.text()
    assert "The company declares an unresolved debt to the Crown. 30 points" in assessment.text(".sum")
    debt = "Unresolved debt to the Crown The company explains: Settled in 2024. Yes 30"
    assert debt in assessment.text(".readings")
    drawing = assessment.html.select_one("svg.scale")
    assert drawing
    assert drawing["aria-label"] == "30 points: Medium risk. Medium risk begins at 25. High risk begins at 60."
    assert assessment.html.select_one(f'a[href="{page("case", company)}"]')

    # given nothing is chosen, when it is sent, then what was typed stays and nothing is decided
    unfinished = await assessment.send(reason=REASON)
    assert (unfinished.status, len(unfinished.faults())) == (422, 1)
    assert unfinished.filled()["reason"] == [REASON]
    await rui.sees(f"/assessments/{application_of(company)}", status="referred")

    decided = await unfinished.send(outcome="acceptable", reason=REASON)
    assert "The decision is recorded." in decided.text("[role=status]")
    assert "The receipt is on file." in decided.text(".notice--ok blockquote")
    assert decided.html.select("main form") == []
    waiting = await decided.follow(".notice--ok a")
    assert set(groups(waiting)) <= {"Waiting for an officer"}
    [published] = await risk.publishes(RiskAssessed, company)
    assert (published.outcome, published.decided_by) == ("acceptable", "officer")


async def test_what_happened_is_shown_with_who_decided_it(risk: Served, rui: Person, officer: Browser) -> None:
    company = await referred(risk, rui)
    path = page("assessment", company)
    await (await officer.opens(path)).send(outcome="unacceptable", reason=REASON)

    async def journalled() -> bool:
        history = (await officer.opens(path)).text(".feed")
        happened = ("An officer decided: unacceptable. You", "30 points, medium risk.", "1 arrived.")
        return all(each in history for each in happened)

    await until(journalled)
    others = await risk.browser("felix", "risk_officer").opens(path)
    assert f"An officer decided: unacceptable. Officer {rui.urn}" in others.text(".feed")


async def test_what_is_decided_already_is_not_decided_again(risk: Served, rui: Person, officer: Browser) -> None:
    company = await referred(risk, rui)
    form = await officer.opens(page("assessment", company))
    await form.send(outcome="acceptable", reason=REASON)
    again = await (await form.browser.opens(page("assessment", company))).browser.sends(
        str(form.answer.url), {**form.filled(), "form-key": ["another"], "outcome": ["unacceptable"], "reason": ["No."]}
    )
    assert (again.status, again.faults()) == (409, ["This risk assessment has been decided."])
    [published] = await risk.publishes(RiskAssessed, company)
    assert published.outcome == "acceptable"


async def test_a_decision_officer_reads_and_does_not_decide(risk: Served, rui: Person, dana: Browser) -> None:
    company = await referred(risk, rui)
    read = await dana.opens(page("assessment", company))
    assert (read.status, read.html.select("main form"), "a risk officer decides" in read.text()) == (200, [], True)
    assert read.html.select("a[href*=under]") == []
    assert (await dana.opens(page("what_if", company, version=DRAFT.version))).status == 403
    sent = {"form-key": ["one"], "outcome": ["acceptable"], "reason": ["It is."]}
    assert (await dana.sends(page("assessment", company), sent)).status == 403
    await rui.sees(f"/assessments/{application_of(company)}", status="referred")


async def test_an_officer_who_is_a_user_of_the_company_neither_reads_nor_decides(
    risk: Served, rui: Person, officer: Browser
) -> None:
    company = await referred(risk, rui)
    before = await officer.opens(page("assessment", company))
    await risk.introduces(company, STRANGER, rui.urn)
    for path in (page("assessment", company), page("what_if", company, version=DRAFT.version)):
        refused = await officer.opens(path)
        assert (refused.status, "another officer must do this" in refused.text()) == (403, True)
    sent = await before.send(outcome="acceptable", reason=REASON)
    assert sent.status == 403
    await risk.introduces(company, STRANGER)
    await rui.sees(f"/assessments/{application_of(company)}", status="referred")


async def test_who_is_no_officer_of_risk_has_no_page_here(risk: Served, rui: Person) -> None:
    company = await referred(risk, rui)
    for role in ("trader", "review_officer", "site_officer", "partner", "operator"):
        visitor = risk.browser(role, role)
        for path in (page("assessments"), page("assessments_export"), page("assessment", company)):
            assert (await visitor.opens(path)).status == 403


async def test_what_nobody_has_submitted_has_no_page(officer: Browser) -> None:
    assert (await officer.opens(page("assessment", uuid4()))).status == 404


# --- another version of the policy ----------------------------------------------------------------


async def test_a_submission_is_tried_under_another_version(risk: Served, rui: Person, officer: Browser) -> None:
    company = await referred(risk, rui)
    assessment = await officer.opens(page("assessment", company))
    tried = await assessment.follow(f"a[href$='{DRAFT.version}']")
    assert tried.path == page("what_if", company, version=DRAFT.version)
    assert "Both versions come to the same: 30 points, medium risk." in tried.text()
    assert [len(tried.html.select(selector)) for selector in ("svg.scale", ".compared tbody tr")] == [2, 2]
    other = await tried.follow(".views a:not([aria-current])")
    assert (other.status, other.path != tried.path) == (200, True)
    await rui.sees(f"/assessments/{application_of(company)}", status="referred")


async def test_what_cannot_be_tried_is_refused_with_its_reason(risk: Served, rui: Person, officer: Browser) -> None:
    company, collecting = await referred(risk, rui), uuid4()
    await risk.consumes(collecting, package())
    await rui.sees(f"/assessments/{application_of(collecting)}", status="collecting")
    assert (await officer.opens(page("what_if", company, version="1999-12"))).status == 404
    assert (await officer.opens(page("what_if", collecting, version=DRAFT.version))).status == 409


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_is_whole_in_both_languages(
    risk: Served, rui: Person, officer: Browser, language: Language
) -> None:
    collecting, closed = uuid4(), uuid4()
    await risk.consumes(collecting, package())
    await risk.consumes(closed, package())
    await risk.consumes(closed, withdrawn())
    await rui.sees(f"/assessments/{application_of(collecting)}", status="collecting")
    await rui.sees(f"/assessments/{application_of(closed)}", status="closed")
    waiting, decided = await referred(risk, rui), await scored(risk, rui, convictions=True)
    for path in (
        page("assessments", language=language),
        *(page("assessment", company, language) for company in (collecting, closed, waiting, decided)),
        page("what_if", waiting, language, version=DRAFT.version),
    ):
        shown = await officer.opens(path)
        assert (shown.status, len(shown.html.select("h1"))) == (200, 1)
        assert shown.html.select_one(f"html[lang={language}-CA]")
        assert shown.html.select_one("nav [aria-current]")
