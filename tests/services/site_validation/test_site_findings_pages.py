"""Findings and the end of a validation in the console, each by its form."""

from uuid import UUID, uuid4

from tests.support.builders.packages import TERMINAL, YARD
from tests.support.builders.site_validation import REQUIREMENT
from tests.support.builders.validating import LATER, address, console, found, requirement, visited
from tests.support.servers.browser import Browser
from tests.support.servers.served import Person

DONE = "A new padlock is in place."
RESPONSE = {"text": DONE, "documents": [{"document_id": str(uuid4()), "sha256": "5f" * 32}]}


# --- findings -------------------------------------------------------------------------------------


async def test_a_finding_is_recorded_from_the_checklist_of_a_visited_division(
    sacha: Person, maude: Person, company: UUID, officer: Browser
) -> None:
    before = await officer.opens(requirement(company))
    assert before.html.select("main form[method=post]") == []
    await visited(sacha, company)
    checklist = await (await officer.opens(console(company))).follow(".hero a")
    assert checklist.path == console(company, "checklist", division_id=YARD)
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

    # then it stands in this division alone, its note as what only officers read
    assert "cadenas" in recorded.text("[aria-labelledby=earlier]")
    elsewhere = console(company, "site_requirement", division_id=TERMINAL, requirement_id=REQUIREMENT)
    assert (await officer.opens(elsewhere)).html.select("[aria-labelledby=earlier]") == []
    finding = await recorded.follow("[aria-labelledby=earlier] a")
    assert ("Chien." in finding.text(".remark--in"), finding.text(".remark--out")) == (True, "")

    # then the company reads what was found, and the note stays inside
    [own] = (await maude.does(f"GET /companies/{company}/validation"))["findings"]
    assert (own["text"], "note" in own) == (written["text"], False)


async def test_a_response_is_rejected_with_a_reason_and_then_accepted(
    sacha: Person, maude: Person, company: UUID, officer: Browser
) -> None:
    finding = await found(sacha, company)
    waiting = await officer.opens(console(company, "site_finding", finding_id=finding))
    assert waiting.html.select("main form[method=post]") == []
    responses = f"POST /companies/{company}/findings/{finding}/responses"
    await maude.does(responses, RESPONSE)
    shown = await (await officer.opens(console(company))).follow(".hero a")
    assert shown.path == console(company, "site_finding", finding_id=finding)
    assert DONE in shown.text("[aria-labelledby=responses]")

    unexplained = await shown.send("reject", text=" ")
    assert (unexplained.status, len(unexplained.faults())) == (422, 1)
    rejected = await unexplained.send("reject", text="La photo montre le vieux.", due_on=LATER)
    assert "La réponse est rejetée." in rejected.text("[role=status]")
    [own] = (await maude.does(f"GET /companies/{company}/validation"))["findings"]
    assert (own["state"], own["responses"][0]["rejection"]) == ("open", "La photo montre le vieux.")

    await maude.does(responses, {"text": "La photo du nouveau."})
    again = await officer.opens(console(company, "site_finding", finding_id=finding))
    assert "La photo du nouveau." in again.text(".feed > li:first-child")
    accepted = await again.send("accept")
    assert "La réponse est acceptée." in accepted.text("[role=status]")
    [read] = (await sacha.does(f"GET {address(company)}"))["findings"]
    assert read["state"] == "accepted"


async def test_one_requirement_leads_to_the_next_until_the_last(sacha: Person, company: UUID, officer: Browser) -> None:
    read = await sacha.does(f"GET {address(company)}")
    answered = [each["requirement_id"] for each in read["divisions"][0]["answers"]]
    shown = await officer.opens(requirement(company))
    seen = [shown.text("h1")]
    while shown.html.select("a[rel=next]"):
        shown = await shown.follow("a[rel=next]")
        seen.append(shown.text("h1"))
    assert seen == answered


# --- the end --------------------------------------------------------------------------------------


async def test_what_stands_in_the_way_is_read_before_it_is_concluded(
    sacha: Person, maude: Person, company: UUID, officer: Browser
) -> None:
    unvisited = await officer.opens(console(company, "conclusion"))
    assert "a eu lieu" in unvisited.text(".notice--warn")
    assert unvisited.html.select("main form[method=post]") == []

    finding = await found(sacha, company)
    with_action = await officer.opens(console(company, "conclusion"))
    assert "mesure exigée" in with_action.text(".notice--warn")
    assert [str(choice["value"]) for choice in with_action.html.select("[name=outcome]")] == ["failed"]
    unexplained = await with_action.send(outcome="failed")
    assert (unexplained.status, len(unexplained.faults())) == (409, 1)

    await maude.does(f"POST /companies/{company}/findings/{finding}/responses", RESPONSE)
    await sacha.does(f"POST {address(company)}/findings/{finding}/acceptance")
    ready = await (await officer.opens(console(company))).follow(".hero a")
    assert ready.path == console(company, "conclusion")
    concluded = await ready.send(outcome="passed", reason="")
    assert "La validation des lieux est terminée." in concluded.text("[role=status]")
    assert (await sacha.does(f"GET {address(company)}"))["outcome"] == "passed"
    assert concluded.html.select("main form[method=post]") == []


async def test_a_decision_officer_waives_the_visit_with_a_reason(ines: Person, company: UUID, decider: Browser) -> None:
    shown = await decider.opens(console(company))
    assert shown.html.select("#plan") == []
    asked = await shown.follow("[aria-labelledby=ends] a")
    assert asked.path == console(company, "waiver")
    unexplained = await asked.send(reason=" ")
    assert len(unexplained.faults()) == 1
    waived = await unexplained.send(reason="Visitée en 2025.")
    assert "dispense" in waived.text("[role=status]")
    read = await ines.does(f"GET {address(company)}")
    assert (read["outcome"], read["reason"]) == ("waived", "Visitée en 2025.")


async def test_what_an_officer_has_visited_is_not_waived(sacha: Person, company: UUID, decider: Browser) -> None:
    await visited(sacha, company)
    shown = await decider.opens(console(company, "waiver"))
    assert "Une visite a eu lieu" in shown.text(".notice--warn")
    assert shown.html.select("main form[method=post]") == []
