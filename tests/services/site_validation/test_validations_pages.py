"""One validation in the console: visits, findings and the end, each by its form, and who may do what."""

from uuid import UUID, uuid4

import pytest

from shared.i18n import Language
from shared.pages.addresses import addresses
from tests.support.builders.packages import YARD, divisions
from tests.support.builders.review import withdrawn
from tests.support.builders.site_validation import PACKAGE, REQUIREMENT
from tests.support.builders.validating import (
    ACTION,
    HELD,
    LATER,
    SOON,
    WISH,
    YESTERDAY,
    address,
    day,
    opened,
    planned,
    team,
)
from tests.support.servers.browser import Browser
from tests.support.servers.bus import until
from tests.support.servers.served import Person, Served, application_of

YARD_NAME = divisions()[0].name
RESPONSE = {
    "text": "A new padlock is in place.",
    "documents": [{"document_id": str(uuid4()), "sha256": "5f" * 32}],
}


def page(company: UUID, name: str = "validation", language: Language = "fr", **ids: object) -> str:
    return addresses()[name].path(language, application_id=application_of(company), **ids)


def requirement(company: UUID, language: Language = "fr") -> str:
    return page(company, "site_requirement", language, division_id=YARD, requirement_id=REQUIREMENT)


@pytest.fixture
async def company(site_validation: Served, sacha: Person, maude: Person) -> UUID:
    """A company of Maude's whose validation is open."""
    made = uuid4()
    await site_validation.consumes(made, team(maude))
    await opened(site_validation, sacha, made)
    await maude.sees(f"/companies/{made}/validation")
    return made


@pytest.fixture
def officer(site_validation: Served) -> Browser:
    return site_validation.browser("sacha", "site_officer")


@pytest.fixture
def decider(site_validation: Served) -> Browser:
    return site_validation.browser("ines", "decision_officer")


async def visited(sacha: Person, company: UUID) -> None:
    """Records a visit to the yard that was held yesterday."""
    await sacha.does(f"POST {await planned(sacha, address(company))}/record", HELD)


async def found(sacha: Person, company: UUID) -> str:
    """The id of a required action at the yard."""
    await visited(sacha, company)
    return str((await sacha.does(f"POST {address(company)}/findings", ACTION))["id"])


# --- visits ---------------------------------------------------------------------------------------


async def test_a_visit_is_planned_moved_and_recorded(sacha: Person, company: UUID, officer: Browser) -> None:
    shown = await officer.opens(page(company))
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
    assert opened_visit.path == page(company, "site_visit", visit_id=visit["visit_id"])
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
    shown = await officer.opens(page(company, "site_visit", visit_id=visit))
    assert "ne peut être reprise" in shown.text(".ask")
    cancelled = await shown.send("cancel")
    assert "La visite est annulée." in cancelled.text("[role=status]")
    assert [each["state"] for each in (await sacha.does(f"GET {address(company)}"))["visits"]] == ["cancelled"]


async def test_why_the_company_asks_for_another_day_stands_first(
    sacha: Person, maude: Person, company: UUID, officer: Browser
) -> None:
    visit = (await planned(sacha, address(company))).rpartition("/")[2]
    await maude.does(f"POST /companies/{company}/visits/{visit}/another-day", WISH)
    asked = await (await officer.opens(page(company))).follow(".hero a")
    assert asked.path == page(company, "site_visit", visit_id=visit)
    assert WISH["reason"] in asked.text(".notice")


# --- findings -------------------------------------------------------------------------------------


async def test_a_finding_is_recorded_from_the_checklist_of_a_visited_division(
    sacha: Person, maude: Person, company: UUID, officer: Browser
) -> None:
    before = await officer.opens(requirement(company))
    assert before.html.select("main form[method=post]") == []
    await visited(sacha, company)
    checklist = await (await officer.opens(page(company))).follow(".hero a")
    assert checklist.path == page(company, "checklist", division_id=YARD)
    about = await checklist.follow(f"#{REQUIREMENT} .acts a")
    assert about.path == requirement(company)

    # given an action without a due day, what was typed stays, and only the day is missing
    written = {"kind": "action_required", "text": "Le cadenas est cassé.\nIl faut le remplacer.", "note": "Chien."}
    undue = await about.send(**written)
    assert (undue.status, len(undue.faults()), undue.filled()["text"]) == (409, 1, [written["text"]])
    recorded = await undue.send(due_on=LATER)
    assert "La constatation est consignée." in recorded.text("[role=status]")
    [read] = (await sacha.does(f"GET {address(company)}"))["findings"]
    assert {name: read[name] for name in written} == written
    assert (read["division_id"], read["requirement_id"], read["due_on"]) == (str(YARD), REQUIREMENT, LATER)
    assert recorded.filled()["text"] == [""]

    # then the company reads what was found, and the note stays inside
    [own] = (await maude.does(f"GET /companies/{company}/validation"))["findings"]
    assert (own["text"], "note" in own) == (written["text"], False)


async def test_a_response_is_rejected_with_a_reason_and_then_accepted(
    sacha: Person, maude: Person, company: UUID, officer: Browser
) -> None:
    finding = await found(sacha, company)
    waiting = await officer.opens(page(company, "site_finding", finding_id=finding))
    assert waiting.html.select("main form[method=post]") == []
    responses = f"POST /companies/{company}/findings/{finding}/responses"
    await maude.does(responses, RESPONSE)
    shown = await (await officer.opens(page(company))).follow(".hero a")
    assert shown.path == page(company, "site_finding", finding_id=finding)
    assert RESPONSE["text"] in shown.text("[aria-labelledby=responses]")

    unexplained = await shown.send("reject", text=" ")
    assert (unexplained.status, len(unexplained.faults())) == (422, 1)
    rejected = await unexplained.send("reject", text="La photo montre le vieux.", due_on=LATER)
    assert "La réponse est rejetée." in rejected.text("[role=status]")
    [own] = (await maude.does(f"GET /companies/{company}/validation"))["findings"]
    assert (own["state"], own["responses"][0]["rejection"]) == ("open", "La photo montre le vieux.")

    await maude.does(responses, {"text": "La photo du nouveau."})
    accepted = await (await officer.opens(page(company, "site_finding", finding_id=finding))).send("accept")
    assert "La réponse est acceptée." in accepted.text("[role=status]")
    [read] = (await sacha.does(f"GET {address(company)}"))["findings"]
    assert read["state"] == "accepted"


# --- the end --------------------------------------------------------------------------------------


async def test_what_stands_in_the_way_is_read_before_it_is_concluded(
    sacha: Person, maude: Person, company: UUID, officer: Browser
) -> None:
    unvisited = await officer.opens(page(company, "conclusion"))
    assert "a eu lieu" in unvisited.text(".notice--warn")
    assert unvisited.html.select("main form[method=post]") == []

    finding = await found(sacha, company)
    with_action = await officer.opens(page(company, "conclusion"))
    assert "mesure exigée" in with_action.text(".notice--warn")
    assert [str(choice["value"]) for choice in with_action.html.select("[name=outcome]")] == ["failed"]
    unexplained = await with_action.send(outcome="failed")
    assert (unexplained.status, len(unexplained.faults())) == (409, 1)

    await maude.does(f"POST /companies/{company}/findings/{finding}/responses", RESPONSE)
    await sacha.does(f"POST {address(company)}/findings/{finding}/acceptance")
    ready = await (await officer.opens(page(company))).follow(".hero a")
    assert ready.path == page(company, "conclusion")
    concluded = await ready.send(outcome="passed", reason="")
    assert "La validation des lieux est terminée." in concluded.text("[role=status]")
    assert (await sacha.does(f"GET {address(company)}"))["outcome"] == "passed"
    assert concluded.html.select("main form[method=post]") == []


async def test_a_decision_officer_waives_the_visit_with_a_reason(ines: Person, company: UUID, decider: Browser) -> None:
    shown = await decider.opens(page(company))
    assert shown.html.select("#plan") == []
    asked = await shown.follow("[aria-labelledby=ends] a")
    assert asked.path == page(company, "waiver")
    unexplained = await asked.send(reason=" ")
    assert len(unexplained.faults()) == 1
    waived = await unexplained.send(reason="Visitée en 2025.")
    assert "dispense" in waived.text("[role=status]")
    read = await ines.does(f"GET {address(company)}")
    assert (read["outcome"], read["reason"]) == ("waived", "Visitée en 2025.")


async def test_what_an_officer_has_visited_is_not_waived(sacha: Person, company: UUID, decider: Browser) -> None:
    await visited(sacha, company)
    shown = await decider.opens(page(company, "waiver"))
    assert "Une visite a eu lieu" in shown.text(".notice--warn")
    assert shown.html.select("main form[method=post]") == []


# --- what happened --------------------------------------------------------------------------------


async def test_history_is_told_in_words_with_who_and_when(
    sacha: Person, maude: Person, company: UUID, officer: Browser
) -> None:
    visit = (await planned(sacha, address(company))).rpartition("/")[2]
    await maude.does(f"POST /companies/{company}/visits/{visit}/another-day", WISH)
    await sacha.does(f"PUT {address(company)}/visits/{visit}", {"on": LATER})

    lines: list[str] = []

    async def journalled() -> bool:
        shown = await officer.opens(page(company, "validation_history", "en"))
        lines[:] = [item.get_text(" ", strip=True) for item in shown.html.select(".feed li")]
        return lines[0].startswith("Visit moved")

    await until(journalled)
    moved, asked, plan, *before = lines
    assert f"Site officer {sacha.urn}" in moved
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
        page(company, "validation", language),
        page(company, "validation_history", language),
        page(company, "site_visit", language, visit_id=visit),
        page(company, "checklist", language, division_id=YARD),
        requirement(company, language),
        page(company, "site_finding", language, finding_id=finding),
        page(company, "conclusion", language),
    ):
        shown = await officer.opens(path)
        assert (shown.status, len(shown.html.select("h1"))) == (200, 1), path
        assert shown.html.select_one(f"html[lang={language}-CA]")
        assert shown.html.select_one("nav [aria-current]")
    assert (await decider.opens(page(company, "waiver", language))).status == 200


async def test_before_it_is_open_and_once_it_is_closed_the_page_tells_why(
    site_validation: Served, sacha: Person, officer: Browser
) -> None:
    company = uuid4()
    await site_validation.consumes(company, PACKAGE)
    await sacha.sees(address(company), status="collecting")
    assert "une fois que les réponses auront" in (await officer.opens(page(company))).text(".notice")
    assert (await officer.opens(page(company, "checklist", division_id=YARD))).status == 404
    await site_validation.consumes(company, withdrawn())
    await sacha.sees(address(company), status="closed")
    closed = await officer.opens(page(company))
    assert ("est close" in closed.text(".notice"), "Boreal" in closed.text()) == (True, False)


async def test_only_officers_in_their_roles_are_admitted(
    site_validation: Served, sacha: Person, company: UUID, officer: Browser, decider: Browser
) -> None:
    visit = (await planned(sacha, address(company))).rpartition("/")[2]
    reviewer = site_validation.browser("rita", "review_officer")
    for path in (page(company), page(company, "site_visit", visit_id=visit), addresses()["validations"].path("fr")):
        assert (await reviewer.opens(path)).status == 403
        assert (await decider.opens(path)).status == 200
    assert (await officer.opens(page(company, "waiver"))).status == 403
    assert (await decider.opens(page(company, "conclusion"))).status == 403

    # a form that the page does not show to a decision officer is refused, too
    seen = await officer.opens(page(company, "site_visit", visit_id=visit))
    assert (await decider.sends(page(company, "site_visit", visit_id=visit), seen.filled("cancel"))).status == 403
    assert [each["state"] for each in (await sacha.does(f"GET {address(company)}"))["visits"]] == ["planned"]


async def test_an_officer_of_the_company_finds_no_page_of_its_validation(
    site_validation: Served, sacha: Person, company: UUID, officer: Browser
) -> None:
    """As an officer nobody reads what officers write about the own company (programme 3.7)."""
    visit = (await planned(sacha, address(company))).rpartition("/")[2]
    path = page(company, "site_visit", visit_id=visit)
    seen = await officer.opens(path)
    await site_validation.introduces(company, "urn-owner", sacha.urn)
    for own in (page(company), path, page(company, "validation_history"), page(company, "conclusion")):
        assert (await officer.opens(own)).status == 403
    assert (await officer.sends(path, seen.filled("cancel"))).status == 403


async def test_what_is_not_there_is_not_found(company: UUID, officer: Browser) -> None:
    for path in (
        page(uuid4()),
        page(company, "site_visit", visit_id=uuid4()),
        page(company, "site_finding", finding_id=uuid4()),
        page(company, "checklist", division_id=uuid4()),
        page(company, "site_requirement", division_id=YARD, requirement_id="CS-99"),
    ):
        assert (await officer.opens(path)).status == 404
    shown = await officer.opens(page(company))
    assert YARD_NAME in shown.text("[aria-labelledby=divisions]")
