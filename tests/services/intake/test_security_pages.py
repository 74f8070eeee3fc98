"""The security profile in a browser without script: divisions, requirements, and one answer for several divisions."""

from typing import Any

import pytest
from bs4 import Tag

from shared.contracts.catalogue import binding
from shared.pages.addresses import addresses
from tests.support.builders.applicant import CATALOGUE, Applicant, joined, registered, site, upload
from tests.support.builders.uploads import PDF, TYPES
from tests.support.servers.browser import Shown
from tests.support.servers.served import Person, Served

BOUND = [requirement.id for requirement in binding(CATALOGUE, ("highway_carrier",))]
FIRST, SECOND, THIRD = BOUND[:3]
SITE: dict[str, Any] = {
    "name": "Cour nord",
    "lines_of_business": ("highway_carrier",),
    "address__lines": ("18 Kestrel Way", "", ""),
    "address__city": "Mississauga",
    "address__region": "on",
    "address__postal_code": "l5t2n7",
}


@pytest.fixture
async def company(intake: Served) -> Applicant:
    company = await registered(intake)
    await company.owner.does(f"PUT {company.path}/profile", company.profile)
    return company


async def added(company: Applicant, name: str) -> str:
    """The id of a division."""
    return str((await company.owner.does(f"POST {company.path}/divisions", site(name=name)))["id"])


async def opened(
    intake: Served, person: Person, page: str, company: Applicant, *ids: str, language: Any = "en"
) -> Shown:
    """A page by its name; `ids` are a division and a requirement."""
    named = dict(zip(("division_id", "requirement_id"), ids, strict=False))
    return await intake.browser_of(person).opens(addresses()[page].path(language, company_id=company.id, **named))


async def answers(company: Applicant) -> dict[str, dict[str, dict[str, Any]]]:
    """The answers of each division by its name, by requirement."""
    view = await company.owner.does(f"GET {company.path}")
    return {
        division["name"]: {answer.pop("requirement_id"): answer for answer in division["answers"]}
        for division in view["divisions"]
    }


# --- a whole journey ------------------------------------------------------------------------------


async def test_a_division_is_added_and_its_requirements_answered(intake: Served, company: Applicant) -> None:
    """In French: three answers, one of them for a second division, too, and one that says why it does not apply."""
    filed = (await upload(company.owner, company.path)).json()["id"]
    page = await opened(intake, company.owner, "security", company, language="fr")
    page = await page.send(**SITE)
    assert "La division est ajoutée." in page.text()
    page = await page.send(**{**SITE, "name": "Cour sud"})
    assert [name.get_text(strip=True) for name in page.html.select(".division h3")] == ["Cour nord", "Cour sud"]
    assert f"{2 * len(BOUND)} exigences à traiter" in page.text(".hero")

    page = await page.follow(".hero a")
    assert (page.text("h1"), "Sécurité" in page.text(".over")) == (FIRST, True)
    page = await page.send(text="Un énoncé est signé et affiché.", evidence=filed, also="open")
    assert page.path.endswith(SECOND)
    page = await page.send(text="La directrice en est responsable.")
    assert page.path.endswith(THIRD)
    page = await page.send(text="Un bureau sans marchandises.", response="not_applicable")
    assert page.path.endswith(BOUND[3])

    stands = await answers(company)
    assert {name: list(given) for name, given in stands.items()} == {
        "Cour nord": [FIRST, SECOND, THIRD],
        "Cour sud": [FIRST],
    }
    assert stands["Cour nord"][FIRST] == stands["Cour sud"][FIRST]
    assert stands["Cour sud"][FIRST] == {
        "response": "described",
        "text": "Un énoncé est signé et affiché.",
        "evidence": [filed],
    }
    assert stands["Cour nord"][THIRD]["response"] == "not_applicable"
    page = await page.follow(".crumbs li:last-child a")
    assert f"Réponses complètes : 2 sur {len(BOUND)}" in page.text(".band")
    states = [state.get_text(strip=True) for state in page.html.select(".tasks__state")][:4]
    assert states == ["Réponse donnée", "Preuve manquante", "Sans objet", "À remplir"]


# --- divisions ------------------------------------------------------------------------------------


async def test_a_division_that_is_incomplete_stays_as_typed(intake: Served, company: Applicant) -> None:
    page = await opened(intake, company.owner, "security", company)
    page = await page.send(**{**SITE, "name": "", "address__region": "Ontario"})
    assert page.status == 422
    assert page.faults() == ["Name of the division: Fill this in.", page.faults()[1]]
    assert page.filled()["address.region"] == ["Ontario"]
    assert page.filled()["address.lines"] == ["18 Kestrel Way", "", ""]
    assert await answers(company) == {}


async def test_answers_that_a_change_deletes_are_asked_about_once(intake: Served, company: Applicant) -> None:
    division = await added(company, "North yard")
    kept, lost = (
        BOUND[0],
        next(
            requirement
            for requirement in BOUND
            if requirement not in {each.id for each in binding(CATALOGUE, ("customs_broker",))}
        ),
    )
    for requirement in (kept, lost):
        await company.owner.does(
            f"PUT {company.path}/divisions/{division}/answers/{requirement}",
            {"response": "described", "text": "It is so."},
        )
    await company.owner.does(
        f"PUT {company.path}/profile", company.profile | {"lines_of_business": ["highway_carrier", "customs_broker"]}
    )
    page = await opened(intake, company.owner, "division", company, division)
    page = await page.send("change", lines_of_business="customs_broker", name="Windsor office")
    assert (page.status, "1 answer is to a requirement" in page.text()) == (200, True)
    assert list((await answers(company))["North yard"]) == [kept, lost]
    page = await page.send("change")
    assert "The division is changed." in page.text()
    assert list((await answers(company))["Windsor office"]) == [kept]


async def test_a_street_that_is_left_empty_is_to_be_filled_in(intake: Served, company: Applicant) -> None:
    page = await opened(intake, company.owner, "security", company)
    page = await page.send(**{**SITE, "address__lines": ("", "", "")})
    assert (page.status, page.text("#address-lines-error")) == (422, "Error: Fill this in.")


async def test_a_division_is_removed_with_its_answers(intake: Served, company: Applicant) -> None:
    division = await added(company, "North yard")
    await upload(company.owner, company.path, kind="site_plan", name="yard.pdf", division_id=division)
    page = await opened(intake, company.owner, "division", company, division)
    assert "This cannot be undone." in page.text("details")
    assert "1 document is about this division. It stays on file" in page.text("details")
    assert page.text("details li a") == "yard.pdf"
    page = await page.send("remove")
    assert (page.path, "The division is removed." in page.text()) == (
        addresses()["security"].path("en", company_id=company.id),
        True,
    )
    assert (await opened(intake, company.owner, "division", company, division)).status == 404


async def test_a_line_without_a_division_leads_to_the_form_for_one(intake: Served, company: Applicant) -> None:
    await added(company, "North yard")
    await company.owner.does(
        f"PUT {company.path}/profile", company.profile | {"lines_of_business": ["highway_carrier", "importer"]}
    )
    at = addresses()["security"].path("en", company_id=company.id)
    page = await intake.browser_of(company.owner).opens(f"{at}?line=importer")
    assert "No division carries on this line of business yet: Importer." in page.text()
    assert page.html.select("#add[open]")
    assert page.filled()["lines_of_business"] == ["", "importer"]


# --- requirements ---------------------------------------------------------------------------------


async def test_an_answer_without_a_text_changes_nothing(intake: Served, company: Applicant) -> None:
    division = await added(company, "North yard")
    filed = (await upload(company.owner, company.path)).json()["id"]
    page = await opened(intake, company.owner, "requirement", company, division, FIRST)
    page = await page.send(evidence=filed)
    assert page.status == 422
    assert page.faults() == ["The answer: Fill this in."]
    assert page.filled()["evidence"] == ["", filed]
    assert await answers(company) == {"North yard": {}}


async def test_one_answer_goes_to_the_divisions_that_are_ticked(intake: Served, company: Applicant) -> None:
    north, south, west = [await added(company, name) for name in ("North", "South", "West")]
    page = await opened(intake, company.owner, "requirement", company, north, FIRST)
    page = await page.send(text="It is displayed.", also=south)
    page = await opened(intake, company.owner, "requirement", company, west, FIRST)
    states = [state.get_text(strip=True) for state in page.html.select("#also .hint")][1:]
    assert states == ["Has an answer of its own", "Has an answer of its own"]
    page = await page.send(text="It hangs in the hall.", also=(north, "open"))
    assert {name: given[FIRST]["text"] for name, given in (await answers(company)).items()} == {
        "North": "It hangs in the hall.",
        "South": "It is displayed.",
        "West": "It hangs in the hall.",
    }


async def test_a_form_that_is_sent_twice_is_done_once(intake: Served, company: Applicant) -> None:
    north, south = [await added(company, name) for name in ("North", "South")]
    page = await opened(intake, company.owner, "requirement", company, north, FIRST)
    once, again = [await page.send(text="It is displayed.", also=south) for _ in range(2)]
    assert (once.status, again.status, once.path) == (200, 200, again.path)
    verified = await company.owner.does(f"GET {company.path}")
    assert [len(division["answers"]) for division in verified["divisions"]] == [1, 1]


async def test_an_upload_on_the_way_leads_back_to_the_answer(intake: Served, company: Applicant) -> None:
    """Also after a file that was refused; the new document is the first to be chosen."""
    division = await added(company, "North yard")
    await upload(company.owner, company.path)
    page = await opened(intake, company.owner, "requirement", company, division, FIRST)
    page = await page.send(**{"form-then": "upload", "text": "It is displayed."})
    assert f"You then return to {FIRST}." in page.text("main")
    refused = await page.send_file("fence.pdf", b"%PDF-1.7 no more")
    assert refused.html.select("#errors")
    back = await refused.send_file("fence.pdf", TYPES[PDF])
    assert back.path == addresses()["requirement"].path(
        "en", company_id=company.id, division_id=division, requirement_id=FIRST
    )
    assert str(back.answer.url).endswith("#evidence")
    assert "The document is on file." in back.text()
    assert "fence.pdf" in back.text("label[for=evidence]")


async def test_who_wants_to_upload_is_led_there_with_everything_saved(intake: Served, company: Applicant) -> None:
    division = await added(company, "North yard")
    page = await opened(intake, company.owner, "requirement", company, division, FIRST)
    away = await page.send(**{"form-then": "upload", "text": "It is displayed."})
    assert away.path == addresses()["upload"].path("en", company_id=company.id)
    assert (await answers(company))["North yard"][FIRST]["text"] == "It is displayed."
    untouched = await opened(intake, company.owner, "requirement", company, division, SECOND)
    assert (await untouched.send(**{"form-then": "upload"})).path == away.path


async def test_four_hundred_answers_by_keyboard(intake: Served, company: Applicant) -> None:
    """Every requirement once, and its answer for nine more divisions: six keys beside the text, nine with evidence.

    Whoever goes on arrives in the text. Tab leads from there to what saves and goes on, to what takes all other
    divisions along, and past the single ones, which are folded, to the evidence; Enter in a box saves and goes on as
    well. So some 54 texts and 490 keys are 540 answers.
    """
    first, *_ = [await added(company, f"Yard {number}") for number in range(10)]
    await upload(company.owner, company.path)
    page = await opened(intake, company.owner, "requirement", company, first, FIRST)
    stops = [stop for stop in page.html.select("main form.answering *") if is_a_stop(stop)]
    names = [str(stop.get("id") or stop.get("value") or stop.name) for stop in stops]
    assert names[:2] == ["text", "button"]
    takes_along, evidence = names.index("also-open"), names.index("evidence")
    keys = ["Tab"] * takes_along + ["Space", "Enter"]
    with_evidence = ["Tab"] * evidence + ["Space", "Space", "Enter"]
    assert (len(keys), len(with_evidence)) == (6, 9)
    submits = page.html.select("main form.answering button")
    assert (submits[0].get("name"), submits[0].get_text(strip=True)) == (None, "Save and go on")
    page = await page.send(text="It is displayed.", also="open")
    assert str(page.answer.url).endswith("#text")
    assert all(FIRST in given for given in (await answers(company)).values())


def is_a_stop(element: Tag) -> bool:
    """Whether Tab stops here: at every control that is shown, and at links."""
    if element.find_parent(lambda parent: parent.name == "details" and not parent.has_attr("open")):
        return element.name == "summary"
    is_control = element.name in {"textarea", "select", "button", "summary"} or (
        element.name == "input" and element.get("type") != "hidden"
    )
    return is_control or (element.name == "a" and element.has_attr("href"))


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["security", "division", "requirement"])
async def test_who_only_reads_is_shown_everything_and_offered_nothing(
    intake: Served, company: Applicant, name: str
) -> None:
    division = await added(company, "North yard")
    reader = await joined(intake, company, "read_only_user")
    page = await opened(intake, reader, name, company, division, FIRST)
    assert (page.status, page.html.select("main form")) == (200, [])
    assert "full access users may change it" in page.text()
    stranger = await opened(intake, intake.person("stranger"), name, company, division, FIRST)
    assert stranger.status == 404


async def test_what_a_reader_sends_is_refused(intake: Served, company: Applicant) -> None:
    division = await added(company, "North yard")
    page = await opened(intake, company.owner, "requirement", company, division, FIRST)
    reader = intake.browser_of(await joined(intake, company, "read_only_user"))
    answer = await reader.sends(str(page.answer.url), {**page.filled(), "text": ["It is displayed."]})
    assert (answer.status, await answers(company)) == (403, {"North yard": {}})
