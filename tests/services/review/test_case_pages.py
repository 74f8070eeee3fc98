"""One case in the console: what is next, what there is to do, its clock, its officer, its history and its packages."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shared.clock import now
from shared.i18n import Language
from shared.pages.addresses import addresses
from tests.support.builders.packages import profile
from tests.support.builders.review import risk_assessed, site_validated, small_package, visits_scheduled
from tests.support.builders.reviewing import judged, opened
from tests.support.servers.browser import Browser
from tests.support.servers.bus import until
from tests.support.servers.served import Person, Served, application_of

TASKS = "[aria-labelledby=tasks]"
WHY = "The terminal\u2019s lease is before the port authority."


def page(company: UUID, name: str = "case", language: Language = "fr", **ids: object) -> str:
    return addresses()[name].path(language, **{"application_id": application_of(company), **ids})


async def next_title(browser: Browser, company: UUID) -> str:
    return (await browser.opens(page(company))).text("#next")


async def test_the_next_action_leads_through_the_life_of_a_case(review: Served, noor: Person, console: Browser) -> None:
    company = uuid4()
    risk, site, decision = (review.browser(role, role) for role in ("risk_officer", "site_officer", "decision_officer"))
    await review.consumes(company, small_package(submitted_at=now()))
    await noor.sees(f"/cases/{application_of(company)}", status="under_review")
    first = await console.opens(page(company))
    assert first.text("#next") == "Aucun agent ne s\u2019occupe de ce dossier"
    assert first.text(TASKS).count("0 sur ") == 3
    assert await next_title(risk, company) == "En attente d\u2019un agent d\u2019examen"

    taken = await console.sends(str(first.answer.url), {**first.filled("assign"), "officer": [noor.urn]})
    assert taken.text("#next") == "4 réponses à évaluer"
    assert await next_title(review.browser("felix", "review_officer"), company) == "Un autre agent examine ce dossier"
    case = f"/cases/{application_of(company)}"
    await judged(noor, case)
    assert await next_title(console, company) == "Tout est évalué"
    assert "Évaluations : 2 sur 2" in (await console.opens(page(company))).text(TASKS)
    await noor.does(f"POST {case}/conclusion", {"outcome": "meets"})
    for browser in (risk, console):
        assert await next_title(browser, company) == "L\u2019évaluation des risques est en cours"
    assert (await risk.opens(page(company))).html.select(f".hero a[href='{page(company, 'assessment')}']")
    await review.consumes(company, risk_assessed())
    await noor.sees(case, status="site_validation")
    assert (await site.opens(page(company))).html.select(f".hero a[href='{page(company, 'validation')}']")
    await review.consumes(company, visits_scheduled("confirmed"))
    await review.consumes(company, site_validated())
    await noor.sees(case, status="decision_pending")
    assert await next_title(console, company) == "En attente de la décision"
    assert (await decision.opens(page(company))).html.select(f".hero a[href='{page(company, 'case_decision')}']")
    await review.person("ines", "decision_officer").does(f"POST {case}/approval")
    member = await console.opens(page(company))
    assert member.html.select(f".hero a[href='{page(company, 'member', company_id=company)}']")
    for tag in ("Acceptable", "Réussie", "Approuvée"):
        assert tag in member.text(f"{TASKS} .tag")


async def test_the_clock_is_paused_with_a_reason_that_both_sides_read_and_goes_on(
    review: Served, noor: Person, console: Browser
) -> None:
    company = uuid4()
    case = await opened(review, noor, company)
    shown = await console.opens(page(company))

    unexplained = await shown.send("pause", code="awaiting_other_authority")
    assert (unexplained.status, len(unexplained.faults())) == (422, 1)
    assert unexplained.filled("pause")["code"] == ["awaiting_other_authority"]
    paused = await unexplained.send("pause", text=WHY)

    assert WHY in paused.text("[aria-labelledby=clock]")
    read = await noor.does(f"GET {case}")
    assert [(pause["code"], pause["text"]) for pause in read["clock"]["pauses"]] == [("awaiting_other_authority", WHY)]
    resumed = await paused.send("resume")
    assert resumed.text("[role=status]") == "Le décompte reprend."
    assert (await noor.does(f"GET {case}"))["clock"]["pauses"][0]["to"]
    felix = await review.browser("felix", "review_officer").opens(page(company))
    assert felix.html.select("[aria-labelledby=clock] form") == []


async def test_a_case_is_assigned_to_somebody_and_taken_over(review: Served, noor: Person, console: Browser) -> None:
    company, felix = uuid4(), review.person("felix", "review_officer")
    case = await opened(review, noor, company)
    shown = await console.opens(page(company))
    wrong = await shown.send("assign", officer="Felix")
    assert (wrong.status, wrong.filled("assign")["officer"]) == (422, ["Felix"])
    await wrong.send("assign", officer=felix.urn.lower())
    assert (await noor.does(f"GET {case}"))["assignee"] == felix.urn
    assert felix.urn in (await console.opens(page(company))).text(".case__facts")
    assert (await console.sends(str(shown.answer.url), {"form-act": ["approve"]})).status == 422
    decision = await review.browser("ines", "decision_officer").opens(page(company))
    assert decision.html.select("main form") == []


async def test_the_history_has_every_fact_in_words_with_who_and_when(
    review: Served, noor: Person, console: Browser
) -> None:
    company = uuid4()
    case = await opened(review, noor, company)
    await noor.does(f"PUT {case}/pause", {"code": "awaiting_company", "text": WHY})
    await noor.does(f"DELETE {case}/pause")
    await judged(noor, case)
    await noor.does(f"POST {case}/questions", {"text": "Who holds the keys?"})
    await noor.does(f"POST {case}/return", {"answer_by": str((now() + timedelta(20)).date())})
    others = review.browser("felix", "review_officer")

    async def feed(browser: Browser) -> str:
        return (await browser.opens(page(company, "case_history"))).text(".feed")

    async def is_journalled() -> bool:
        return "Le dossier a été retourné" in await feed(console)

    await until(is_journalled)
    for words in (
        "Le dossier a été retourné avec une question",
        "Who holds the keys?",
        "4 réponses ont été évaluées. Vous",
        "Le décompte a été suspendu : En attente de l\u2019entreprise.",
        WHY,
        "La demande est arrivée. Reçu",
    ):
        assert words in await feed(console)
    assert f"4 réponses ont été évaluées. Agent {noor.urn}" in await feed(others)
    newest, *_, oldest = (await console.opens(page(company, "case_history"))).html.select(".feed > li")
    assert ("retourné" in newest.get_text(), "arrivée" in oldest.get_text()) == (True, True)


async def test_only_who_may_recover_ownership_is_led_there(
    review: Served, noor: Person, console: Browser, officer: Browser
) -> None:
    company = uuid4()
    await opened(review, noor, company)
    recovery = f"a[href='{page(company, 'recovery_of', company_id=company)}']"
    led = [len((await browser.opens(page(company))).html.select(recovery)) for browser in (officer, console)]
    assert led == [1, 0]


async def test_a_question_is_counted_as_drafted_until_it_is_with_the_company(
    review: Served, noor: Person, console: Browser
) -> None:
    company = uuid4()
    case = await opened(review, noor, company)
    await noor.does(f"POST {case}/questions", {"text": "Who holds the keys?"})
    assert "1 question rédigée" in (await console.opens(page(company))).text(TASKS)
    await noor.does(f"POST {case}/return", {"answer_by": str((now() + timedelta(20)).date())})
    assert "1 question en attente de l\u2019entreprise" in (await console.opens(page(company))).text(TASKS)


async def test_a_package_is_read_as_submitted_and_compared_with_the_one_before(
    review: Served, noor: Person, console: Browser
) -> None:
    company = uuid4()
    case = await opened(review, noor, company)
    await noor.does(f"POST {case}/questions", {"text": "Who holds the keys?"})
    await noor.does(f"POST {case}/return", {"answer_by": str((now() + timedelta(20)).date())})
    renamed = profile(operating_name="Boreal Express")
    await review.consumes(company, small_package(submission=2, submitted_at=now(), profile=renamed))
    await noor.sees(case, submission=2)

    async def is_journalled() -> bool:
        return (await console.opens(page(company, "case_submission", submission=1))).status == 200

    assert (await console.opens(page(company, "case_submission", submission=2))).status == 200
    await until(is_journalled)
    second = await console.opens(page(company, "case_submission", submission=2))
    assert "Boreal Express" in second.text("table ins")
    first = await console.opens(page(company, "case_submission", submission=1))
    assert (first.html.select("table"), "Boreal Express" in first.text()) == ([], False)
    assert (await console.opens(page(company, "case_submission", submission=3))).status == 404


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_every_page_is_whole_in_both_languages(
    review: Served, noor: Person, console: Browser, language: Language
) -> None:
    company = uuid4()
    await opened(review, noor, company)
    for name, ids in (("case", {}), ("case_history", {}), ("case_submission", {"submission": 1})):
        shown = await console.opens(page(company, name, language, **ids))
        assert (shown.status, len(shown.html.select("h1"))) == (200, 1)
        assert shown.html.select_one(f"html[lang={language}-CA] .tabs [aria-current]")


async def test_a_user_of_the_company_neither_opens_nor_takes_its_case(review: Served, noor: Person) -> None:
    """As an officer nobody reads what officers write about the own company (programme 3.7)."""
    company, insider = uuid4(), review.person("insider", "review_officer")
    case = await opened(review, noor, company)
    browser = review.browser("insider", "review_officer")
    shown = await browser.opens(page(company))
    await review.introduces(company, "urn-owner", insider.urn)
    for name, ids in (("case", {}), ("case_history", {}), ("case_submission", {"submission": 1})):
        assert (await browser.opens(page(company, name, "fr", **ids))).status == 403
    assert (await shown.send("assign", officer=insider.urn)).status == 403
    assert (await noor.does(f"GET {case}"))["assignee"] == noor.urn
