# ruff: noqa: RUF001 - French as it is printed
"""Questions in a browser without script: drafted, dropped, sent with the return of the case, and read with replies."""

from datetime import timedelta
from uuid import UUID

import pytest

from shared.clock import now
from shared.contracts.intake import Reply
from shared.programme.calendar import today
from tests.support.builders.packages import YARD
from tests.support.builders.review import MUST, PACKAGE
from tests.support.builders.reviewing import address, page, resubmitted, returned
from tests.support.servers.browser import Browser
from tests.support.servers.bus import until
from tests.support.servers.served import Person, Served

QUESTION = "Who holds the keys of the gate?"


@pytest.mark.parametrize(
    "about",
    [
        {},
        {"division_id": str(YARD)},
        {"requirement_id": MUST},
        {"division_id": str(YARD), "requirement_id": MUST},
        {"document_kind": PACKAGE.documents[0].kind},
    ],
)
async def test_a_question_is_about_the_whole_or_something_exact(
    noor: Person, company: UUID, console: Browser, about: dict[str, str]
) -> None:
    asked = await (await console.opens(page(company, "case_questions"))).send("ask", text=QUESTION, **about)
    assert QUESTION in asked.text("[aria-labelledby=drafts]")
    [draft] = (await noor.does(f"GET {address(company)}"))["drafts"]
    assert {name: value for name, value in draft.items() if value} == {
        "question_id": draft["question_id"],
        "text": QUESTION,
        **about,
    }


async def test_a_draft_is_dropped_and_one_that_is_not_there_is_not(
    noor: Person, company: UUID, console: Browser
) -> None:
    asked = await (await console.opens(page(company, "case_questions"))).send("ask", text=QUESTION)
    unknown = await asked.send("drop", question_id="nothing")
    assert unknown.faults() == ["Cette ébauche de question n’existe pas dans le dossier."]
    dropped = await unknown.send("drop")
    assert "L’ébauche est supprimée." in dropped.text("[role=status]")
    assert (await noor.does(f"GET {address(company)}"))["drafts"] == []


async def test_a_case_is_returned_with_its_questions_until_a_day(noor: Person, company: UUID, console: Browser) -> None:
    empty = await console.opens(page(company, "case_questions"))
    assert empty.html.select("[aria-labelledby=return]") == []
    asked = await empty.send("ask", text=QUESTION)
    assert QUESTION in asked.text("[aria-labelledby=return] .remark--out")
    assert asked.filled("return")["answer_by"] == [str(today(now()) + timedelta(days=30))]
    passed = await asked.send("return", answer_by="2020-01-01")
    assert passed.faults() == ["Dernier jour pour répondre\u00a0: Cette date est passée."]
    assert passed.filled("return")["answer_by"] == ["2020-01-01"]
    day = today(now()) + timedelta(days=14)
    sent = await passed.send("return", answer_by=str(day))
    assert "Le dossier est retourné." in sent.text("[role=status]")
    assert QUESTION in sent.text("[aria-labelledby=asked]")
    assert sent.html.select("main form[method=post]") == []
    read = await noor.does(f"GET {address(company)}")
    assert (read["status"], read["answer_by"]) == ("returned", str(day))


async def test_every_return_is_read_with_its_replies(
    review: Served, noor: Person, company: UUID, console: Browser
) -> None:
    question = UUID(await returned(noor, address(company), division_id=str(YARD), requirement_id=MUST))
    evidence = PACKAGE.documents[-1].document_id
    reply = Reply(question_id=question, text="The guard does.", documents=(evidence,))
    await resubmitted(review, noor, company, "Guarded.", replies=(reply,))
    await returned(noor, address(company))

    async def journalled() -> bool:
        return "The guard does." in (await console.opens(page(company, "case_questions"))).text()

    await until(journalled)
    shown = await console.opens(page(company, "case_questions"))
    [answered] = (part.get_text(" ", strip=True) for part in shown.html.select("[aria-labelledby=before] section"))
    assert "The guard does." in answered
    assert PACKAGE.documents[-1].name in answered
    assert "The guard does." not in shown.text("[aria-labelledby=asked]")
    assert "L’ensemble de la demande" in shown.text("[aria-labelledby=asked]")


async def test_who_does_not_have_the_case_asks_nothing(review: Served, noor: Person, company: UUID) -> None:
    path, other = page(company, "case_questions"), review.browser("felix", "review_officer")
    assert (await other.opens(path)).html.select("main form[method=post]") == []
    sent = {"form-act": ["ask"], "form-key": ["k"], "text": [QUESTION]}
    assert (await other.sends(path, sent)).status == 403
    assert (await review.browser("sacha", "site_officer").sends(path, sent)).status == 403
    insider = review.person("insider", "review_officer")
    await review.introduces(company, "urn-owner", insider.urn)
    assert (await review.browser("insider", "review_officer").opens(path)).status == 403
    assert (await noor.does(f"GET {address(company)}"))["drafts"] == []
