"""One validation in the console: its visits by their forms, what happened, and who may do what."""

from uuid import UUID, uuid4

import pytest

from shared.i18n import Language
from shared.pages.addresses import addresses
from tests.support.builders.packages import YARD, divisions
from tests.support.builders.review import withdrawn
from tests.support.builders.site_validation import PACKAGE
from tests.support.builders.validating import (
    LATER,
    SOON,
    WISH,
    YESTERDAY,
    address,
    console,
    day,
    found,
    planned,
    requirement,
)
from tests.support.servers.browser import Browser
from tests.support.servers.bus import until
from tests.support.servers.served import Person, Served

YARD_NAME = divisions()[0].name


# --- visits ---------------------------------------------------------------------------------------


async def test_a_visit_is_planned_moved_and_recorded(sacha: Person, company: UUID, officer: Browser) -> None:
    shown = await officer.opens(console(company))
    assert "est encore prévue" in shown.text(".hero h2")

    # when a day has passed, what was filled in stays
    late = await shown.send(division_ids=str(YARD), on=YESTERDAY)
    assert (late.status, len(late.faults()), late.filled()["on"]) == (409, 1, [YESTERDAY])
    assert str(YARD) in late.filled()["division_ids"]

    done = await late.send(on=SOON)
    assert "La visite est prévue." in done.text("[role=status]")
    [visit] = (await sacha.does(f"GET {address(company)}"))["visits"]
    assert (visit["on"], visit["division_ids"], visit["state"]) == (SOON, [str(YARD)], "planned")

    opened_visit = await done.follow("[aria-labelledby=visits] a")
    assert opened_visit.path == console(company, "site_visit", visit_id=visit["visit_id"])
    moved = await opened_visit.send("move", on=day())
    assert "La visite est déplacée." in moved.text("[role=status]")
    early = await moved.send("record", held_on=SOON)
    assert (early.status, len(early.faults())) == (409, 1)
    held = await early.send("record", held_on=day())
    assert "la visite a eu lieu" in held.text("[role=status]")
    assert held.html.select("form[method=post]:has([name=form-act])") == []
    [visit] = (await sacha.does(f"GET {address(company)}"))["visits"]
    assert (visit["on"], visit["state"]) == (day(), "held")


async def test_a_visit_is_cancelled_once_it_is_asked_again(sacha: Person, company: UUID, officer: Browser) -> None:
    visit = (await planned(sacha, address(company))).rpartition("/")[2]
    shown = await officer.opens(console(company, "site_visit", visit_id=visit))
    assert "ne peut être reprise" in shown.text(".ask")
    cancelled = await shown.send("cancel")
    assert "La visite est annulée." in cancelled.text("[role=status]")
    assert [each["state"] for each in (await sacha.does(f"GET {address(company)}"))["visits"]] == ["cancelled"]


async def test_why_the_company_asks_for_another_day_stands_first(
    sacha: Person, maude: Person, company: UUID, officer: Browser
) -> None:
    visit = (await planned(sacha, address(company))).rpartition("/")[2]
    await maude.does(f"POST /companies/{company}/visits/{visit}/another-day", WISH)
    asked = await (await officer.opens(console(company))).follow(".hero a")
    assert asked.path == console(company, "site_visit", visit_id=visit)
    assert WISH["reason"] in asked.text(".notice")


# --- what happened --------------------------------------------------------------------------------


async def test_history_is_in_words_with_who_and_when(
    sacha: Person, maude: Person, company: UUID, officer: Browser, decider: Browser
) -> None:
    visit = (await planned(sacha, address(company))).rpartition("/")[2]
    await maude.does(f"POST /companies/{company}/visits/{visit}/another-day", WISH)
    await sacha.does(f"PUT {address(company)}/visits/{visit}", {"on": LATER})

    lines: list[str] = []

    async def journalled() -> bool:
        shown = await officer.opens(console(company, "validation_history", "en"))
        lines[:] = [item.get_text(" ", strip=True) for item in shown.html.select(".feed li")]
        return lines[0].startswith("Visit moved")

    await until(journalled)
    moved, asked, plan, *before = lines
    assert ("You" in moved, sacha.urn in moved) == (True, False)
    others = await decider.opens(console(company, "validation_history", "en"))
    assert f"Site validation officer {sacha.urn}" in others.text(".feed li:first-child")
    assert plan.startswith("Visit planned on")
    assert ("The company" in asked, WISH["reason"] in asked, maude.urn in asked) == (True, True, False)
    assert before[0].startswith("Site validation opened")
    assert sorted(line.partition(" ")[0] for line in before[1:]) == ["Answers", "Risk", "Submission"]


# --- who may do what ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_every_page_is_whole_in_both_languages(
    sacha: Person, company: UUID, officer: Browser, decider: Browser, language: Language
) -> None:
    finding = await found(sacha, company)
    visit = (await planned(sacha, address(company))).rpartition("/")[2]
    for path in (
        console(company, "validation", language),
        console(company, "validation_history", language),
        console(company, "site_visit", language, visit_id=visit),
        console(company, "checklist", language, division_id=YARD),
        requirement(company, language),
        console(company, "site_finding", language, finding_id=finding),
        console(company, "conclusion", language),
    ):
        shown = await officer.opens(path)
        assert (shown.status, len(shown.html.select("h1"))) == (200, 1), path
        assert shown.html.select_one(f"html[lang={language}-CA]")
        assert shown.html.select_one("nav [aria-current]")
    assert (await decider.opens(console(company, "waiver", language))).status == 200


async def test_before_it_is_open_and_once_it_is_closed_the_page_explains_why(
    site_validation: Served, sacha: Person, officer: Browser
) -> None:
    company = uuid4()
    await site_validation.consumes(company, PACKAGE)
    await sacha.sees(address(company), status="collecting")
    assert "une fois que les réponses auront" in (await officer.opens(console(company))).text(".notice")
    assert (await officer.opens(console(company, "checklist", division_id=YARD))).status == 404
    await site_validation.consumes(company, withdrawn())
    await sacha.sees(address(company), status="closed")
    closed = await officer.opens(console(company))
    assert ("est close" in closed.text(".notice"), "Boreal" in closed.text()) == (True, False)


async def test_only_officers_in_their_roles_are_admitted(
    site_validation: Served, sacha: Person, company: UUID, officer: Browser, decider: Browser
) -> None:
    visit = (await planned(sacha, address(company))).rpartition("/")[2]
    reviewer = site_validation.browser("rita", "review_officer")
    for path in (
        console(company),
        console(company, "site_visit", visit_id=visit),
        addresses()["validations"].path("fr"),
    ):
        assert (await reviewer.opens(path)).status == 403
        assert (await decider.opens(path)).status == 200
    assert (await officer.opens(console(company, "waiver"))).status == 403
    assert (await decider.opens(console(company, "conclusion"))).status == 403

    # a form that the page does not show to a decision officer is refused, too
    seen = await officer.opens(console(company, "site_visit", visit_id=visit))
    assert (await decider.sends(console(company, "site_visit", visit_id=visit), seen.filled("cancel"))).status == 403
    assert [each["state"] for each in (await sacha.does(f"GET {address(company)}"))["visits"]] == ["planned"]


async def test_an_officer_of_the_company_finds_no_page_of_its_validation(
    site_validation: Served, sacha: Person, company: UUID, officer: Browser
) -> None:
    """As an officer nobody reads what officers write about the own company (programme 3.7)."""
    visit = (await planned(sacha, address(company))).rpartition("/")[2]
    path = console(company, "site_visit", visit_id=visit)
    seen = await officer.opens(path)
    await site_validation.introduces(company, "urn-owner", sacha.urn)
    for own in (console(company), path, console(company, "validation_history"), console(company, "conclusion")):
        assert (await officer.opens(own)).status == 403
    assert (await officer.sends(path, seen.filled("cancel"))).status == 403


async def test_what_is_not_there_is_not_found(company: UUID, officer: Browser) -> None:
    for path in (
        console(uuid4()),
        console(company, "site_visit", visit_id=uuid4()),
        console(company, "site_finding", finding_id=uuid4()),
        console(company, "checklist", division_id=uuid4()),
        console(company, "site_requirement", division_id=YARD, requirement_id="CS-99"),
    ):
        assert (await officer.opens(path)).status == 404
    shown = await officer.opens(console(company))
    assert YARD_NAME in shown.text("[aria-labelledby=divisions]")
