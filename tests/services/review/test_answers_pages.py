# ruff: noqa: RUF001 - French as it is printed
"""Answers in a browser without script: they are judged one by one and many at once, asked about, and concluded."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.i18n import Language
from tests.support.builders.packages import TERMINAL, YARD
from tests.support.builders.review import DOCUMENT, EVIDENCE, MUST, SHOULD
from tests.support.builders.reviewing import address, judged, page, resubmitted, returned
from tests.support.builders.worklist import to_be_decided
from tests.support.servers.browser import Browser
from tests.support.servers.served import Person, Served

ADVICE, NOTE = "Fence the north side.", "Seen on the site plan."
ANOTHER_TEXT = "In place since 2025: a guard walks along the fence."


def answer(company: UUID, division: UUID = YARD, requirement: str = MUST) -> str:
    return page(company, "case_answer", division_id=division, requirement_id=requirement)


def division(company: UUID, division_id: UUID = YARD) -> str:
    return page(company, "case_division", division_id=division_id)


async def judgement(noor: Person, company: UUID, requirement: str = MUST) -> Any:
    """How the yard's answer is judged."""
    yard = (await noor.does(f"GET {address(company)}"))["divisions"][0]
    return next(each["judgement"] for each in yard["answers"] if each["requirement_id"] == requirement)


# --- one by one -----------------------------------------------------------------------------------


async def test_an_answer_is_judged_and_the_next_is_shown(noor: Person, company: UUID, console: Browser) -> None:
    shown = await console.opens(answer(company))
    assert "In place since 2024" in shown.text(".judging__read")
    onward = await shown.send("judge", verdict="not_met", advice=ADVICE, note=NOTE)
    assert onward.path == answer(company, requirement=SHOULD)
    assert "L’évaluation est enregistrée." in onward.text("[role=status]")
    assert await judgement(noor, company) == {"verdict": "not_met", "advice": ADVICE, "note": NOTE}

    again = await console.opens(answer(company))
    assert again.filled("judge")["verdict"] == ["not_met"]
    stayed = await again.send("judge", verdict="met", **{"form-then": "stay"})
    assert stayed.path == answer(company)
    assert (await judgement(noor, company))["verdict"] == "met"


async def test_a_verdict_that_needs_a_reason_keeps_what_was_typed(
    noor: Person, company: UUID, console: Browser
) -> None:
    shown = await console.opens(answer(company))
    refused = await shown.send("judge", verdict="not_met")
    reason = "Cette évaluation doit être motivée, par un conseil à l’entreprise ou par une note."
    assert refused.faults() == [f"Conseil à l’entreprise\u00a0: {reason}"]
    assert refused.filled("judge")["verdict"] == ["not_met"]
    assert len((await shown.send("judge")).faults()) == 1
    assert await judgement(noor, company) is None


async def test_the_company_reads_advice_and_never_a_note(company: UUID, console: Browser) -> None:
    shown = await console.opens(answer(company))
    assert "L’entreprise lit ceci" in shown.text(".remark--out")
    assert "Reste à l’interne" in shown.text(".remark--in")
    [advice] = shown.html.select(".remark--out textarea")
    [note] = shown.html.select(".remark--in textarea")
    assert (advice["name"], note["name"]) == ("advice", "note")


async def test_the_last_answer_leads_to_all_of_them(noor: Person, company: UUID, console: Browser) -> None:
    await judged(noor, address(company))
    shown = await console.opens(answer(company))
    assert (await shown.send("judge", verdict="met")).path == page(company, "case_answers")


async def test_two_windows_on_one_answer_show_both_versions(company: UUID, console: Browser) -> None:
    one, other = [await console.opens(answer(company)) for _ in range(2)]
    await one.send("judge", verdict="not_met", advice=ADVICE)
    both = await other.send("judge", verdict="not_met", advice="Light the yard.")
    assert (both.status, ADVICE in both.text(".notice--warn")) == (409, True)
    assert both.filled("judge")["advice"] == ["Light the yard."]


# --- many at once ---------------------------------------------------------------------------------


async def test_answers_that_are_ticked_are_judged_as_met(noor: Person, company: UUID, console: Browser) -> None:
    shown = await console.opens(division(company))
    none = await shown.send()
    assert (none.status, none.faults()) == (422, ["Aucune réponse n’est cochée."])
    done = await none.send(met=(MUST, SHOULD, "no-such-requirement"))
    assert "évaluées comme satisfaites" in done.text("[role=status]")
    assert [(await judgement(noor, company, each))["verdict"] for each in (MUST, SHOULD)] == ["met", "met"]
    left = (await noor.does(f"GET {address(company)}"))["answers_to_judge"]
    assert {each["division_id"] for each in left} == {str(TERMINAL)}
    assert done.html.select("main form input[name=met]") == []


async def test_a_verdict_is_not_replaced_by_a_tick(noor: Person, company: UUID, console: Browser) -> None:
    shown = await console.opens(division(company))
    await noor.does(f"PUT {address(company)}/judgements/{YARD}/{MUST}", {"verdict": "not_met", "note": NOTE})
    await shown.send(met=(MUST, SHOULD))
    assert [(await judgement(noor, company, each))["verdict"] for each in (MUST, SHOULD)] == ["not_met", "met"]


async def test_what_is_refused_of_many_is_named(noor: Person, company: UUID, console: Browser) -> None:
    shown = await console.opens(division(company))
    await noor.does(f"PUT {address(company)}/assignment", {"officer": "UKZ3J5DMNQ7X2A4VOTB6LCWEYH"})
    refused = await shown.send(met=(MUST,))
    assert refused.status == 409
    assert refused.faults() == [f"{MUST}\u00a0: Seul l’agent à qui le dossier est attribué peut le faire."]
    assert await judgement(noor, company) is None


# --- what changed ---------------------------------------------------------------------------------


async def test_what_changed_since_the_last_submission_is_marked(
    review: Served, noor: Person, company: UUID, console: Browser
) -> None:
    await judged(noor, address(company))
    await returned(noor, address(company))
    await resubmitted(review, noor, company, ANOTHER_TEXT)

    every = await console.opens(page(company, "case_answers"))
    assert "1 réponse à évaluer" in every.text(".hero")
    changed = await console.opens(f"{division(company)}?show=changed")
    assert [part.get_text() for part in changed.html.select("article h3")] == [MUST]
    assert changed.text(".views li") == "Toutes 2 Non évaluées 1 Modifiées 1"
    assert "2025" in changed.text("ins")
    assert "2024" in changed.text("del")
    assert "Modifiée depuis la soumission 1" in changed.text("article .tag--new")
    one = await changed.follow("article h3 a")
    assert "2025" in one.text("ins")
    assert (await console.opens(f"{division(company)}?show=unjudged")).text("article h3") == MUST
    assert (await console.opens(f"{division(company, TERMINAL)}?show=changed")).html.select("article") == []


async def test_an_answer_that_its_officer_has_not_read_is_not_judged(
    review: Served, noor: Person, company: UUID, console: Browser
) -> None:
    one, many = await console.opens(answer(company)), await console.opens(division(company))
    await returned(noor, address(company))
    await resubmitted(review, noor, company, ANOTHER_TEXT)
    for unread in (await one.send("judge", verdict="met"), await many.send(met=(MUST,))):
        assert unread.status == 422
        assert "a présenté une nouvelle soumission depuis" in unread.faults()[0]
        assert "2025" in unread.text("ins")
    assert await judgement(noor, company) is None
    assert (await (await console.opens(answer(company))).send("judge", verdict="met")).status == 200
    assert (await judgement(noor, company))["verdict"] == "met"


# --- questions and conclusion ---------------------------------------------------------------------


async def test_a_question_on_one_answer_is_drafted_and_dropped(noor: Person, company: UUID, console: Browser) -> None:
    shown = await console.opens(answer(company))
    assert len((await shown.send("ask", text=" ")).faults()) == 1
    asked = await shown.send("ask", text="Who watches the gate?")
    [draft] = (await noor.does(f"GET {address(company)}"))["drafts"]
    assert (draft["division_id"], draft["requirement_id"]) == (str(YARD), MUST)
    assert "Who watches the gate?" in asked.text("[aria-labelledby=asked]")
    for other in (answer(company, requirement=SHOULD), answer(company, TERMINAL)):
        assert "Who watches the gate?" not in (await console.opens(other)).text("[aria-labelledby=asked]")
    await asked.send("drop")
    assert (await noor.does(f"GET {address(company)}"))["drafts"] == []


async def test_a_review_is_concluded_once_everything_is_judged(noor: Person, company: UUID, console: Browser) -> None:
    before = await console.opens(page(company, "case_answers"))
    assert before.html.select("main form[method=post]") == []
    assert "4 réponses à évaluer" in before.text(".hero")
    await judged(noor, address(company), answer={"verdict": "not_met", "advice": ADVICE, "note": NOTE})

    ready = await console.opens(page(company, "case_answers"))
    assert ADVICE in ready.text("[aria-labelledby=against]")
    assert [outcome["value"] for outcome in ready.html.select("[name=outcome]")] == ["does_not_meet"]
    assert len((await ready.send()).faults()) == 1
    unmet = await ready.send(outcome="meets")
    assert (unmet.status, unmet.faults()) == (409, ["Une exigence obligatoire n’est pas satisfaite."])
    concluded = await unmet.send(outcome="does_not_meet")
    assert concluded.path == page(company, "case")
    assert "L’examen est conclu." in concluded.text("[role=status]")
    assert (await noor.does(f"GET {address(company)}"))["status"] == "decision_pending"
    asked = await (await console.opens(page(company, "case_questions"))).send("ask", text="And at night?")
    assert "And at night?" in asked.text()


async def test_what_stands_in_the_way_of_meeting_the_requirements_is_named_with_its_place(
    noor: Person, company: UUID, console: Browser
) -> None:
    case, answers = address(company), page(company, "case_answers")
    papers = (await noor.does(f"GET {case}"))["documents_to_judge"]
    places = [page(company, "case_document", document_id=each) for each in papers]

    async def against() -> list[tuple[str, str]]:
        """Each place, and the word beside it."""
        rows = (await console.opens(answers)).html.select("[aria-labelledby=against] li")
        found = [(row.select("a")[0]["href"], row.select(".tag")[-1].get_text(strip=True)) for row in rows]
        return [(str(href), tag) for href, tag in found]

    assert await against() == []

    for requirement in (MUST, SHOULD):
        opinion = {"verdict": "not_met", "advice": ADVICE}
        await noor.does(f"PUT {case}/judgements/{YARD}/{requirement}", opinion)
    unmet = [(f"{answer(company, requirement=each)}#verdict", "Non satisfaite") for each in (MUST, SHOULD)]
    assert await against() == unmet

    await judged(noor, case, document={"accepted": False, "advice": "Sign it."})
    assert await against() == [*unmet, *((place, "Non accepté") for place in places)]

    for requirement in (MUST, SHOULD):
        await noor.does(f"PUT {case}/judgements/{YARD}/{requirement}", {"verdict": "met"})
    for each in papers:
        await noor.does(f"PUT {case}/documents/{each}/judgement", {"accepted": True})
    assert await against() == []
    assert (await (await console.opens(answers)).send(outcome="meets")).path == page(company, "case")


async def test_a_recommended_requirement_stands_in_nobody_s_way(review: Served, noor: Person, console: Browser) -> None:
    company = UUID((await to_be_decided(review, noor))["company_id"])
    shown = await console.opens(page(company, "case_answers"))
    assert shown.html.select("[aria-labelledby=against]") == []
    assert shown.text("[aria-labelledby=unmet] .tag") == "Recommandée Non satisfaite"


# --- who ------------------------------------------------------------------------------------------


async def test_officers_who_do_not_have_the_case_read_it(review: Served, noor: Person, company: UUID) -> None:
    await noor.does(f"PUT {address(company)}/judgements/{YARD}/{MUST}", {"verdict": "met", "note": NOTE})
    for name, role in (("sacha", "site_officer"), ("felix", "review_officer")):
        console = review.browser(name, role)
        for path in (page(company, "case_answers"), division(company), answer(company)):
            shown = await console.opens(path)
            assert (shown.status, shown.html.select("main form[method=post]:has([name=form-key])")) == (200, [])
        assert NOTE in shown.text(".remark--in")


async def test_pages_refuse_whom_the_endpoints_refuse(review: Served, noor: Person, company: UUID) -> None:
    insider, site_officer = review.person("insider", "review_officer"), review.browser("sacha", "site_officer")
    sent = {"form-act": ["judge"], "form-key": ["k"], "submission": ["1"], "verdict": ["met"]}
    assert (await site_officer.sends(answer(company), sent)).status == 403
    await review.introduces(company, "urn-owner", insider.urn)
    await noor.does(f"PUT {address(company)}/assignment", {"officer": insider.urn})
    console = review.browser("insider", "review_officer")
    for path in (page(company, "case_answers"), division(company), answer(company)):
        assert (await console.opens(path)).status == 403
        assert (await console.sends(path, sent)).status == 403
    assert await judgement(noor, company) is None


async def test_what_is_not_there_is_not_found(company: UUID, console: Browser) -> None:
    for path in (division(company, uuid4()), answer(company, requirement="no-such"), answer(company, uuid4())):
        assert (await console.opens(path)).status == 404


# --- both languages -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_every_page_is_whole_in_both_languages(
    review: Served, noor: Person, company: UUID, console: Browser, language: Language
) -> None:
    case = address(company)
    await returned(noor, case, division_id=str(YARD), requirement_id=MUST)
    await resubmitted(review, noor, company, ANOTHER_TEXT)
    await noor.does(f"PUT {case}/judgements/{YARD}/{SHOULD}", {"verdict": "not_met", "advice": ADVICE, "note": NOTE})
    await noor.does(f"PUT {case}/documents/{DOCUMENT}/judgement", {"accepted": False, "advice": "Sign it."})
    await noor.does(f"POST {case}/questions", {"text": "And at night?"})
    for path in (
        page(company, "case_answers", language),
        page(company, "case_division", language, division_id=YARD),
        page(company, "case_answer", language, division_id=YARD, requirement_id=MUST),
        page(company, "case_answer", language, division_id=YARD, requirement_id=SHOULD),
        page(company, "case_documents", language),
        page(company, "case_document", language, document_id=DOCUMENT),
        page(company, "case_document", language, document_id=EVIDENCE),
        page(company, "case_questions", language),
    ):
        for browser in (console, review.browser("felix", "review_officer")):
            shown = await browser.opens(path)
            assert (shown.status, len(shown.html.select("h1"))) == (200, 1), path
            assert shown.html.select_one(f"html[lang={language}-CA]")
            assert shown.html.select_one(".tabs [aria-current]")
