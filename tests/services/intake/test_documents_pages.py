"""Documents in a browser without script: what is required, uploaded, used and removed."""

from typing import Any

import pytest

from shared.pages.addresses import addresses
from tests.support.builders.applicant import Applicant, completed, joined, registered, site, submitted, upload
from tests.support.builders.uploads import PDF, TYPES
from tests.support.servers.browser import Shown
from tests.support.servers.served import Person, Served


@pytest.fixture
async def company(intake: Served) -> Applicant:
    company = await registered(intake)
    await company.owner.does(f"PUT {company.path}/profile", company.profile)
    return company


async def opened(intake: Served, person: Person, company: Applicant, document: str = "", language: Any = "en") -> Shown:
    address = addresses()["document" if document else "documents"]
    return await intake.browser_of(person).opens(address.path(language, company_id=company.id, document_id=document))


async def on_file(company: Applicant) -> list[dict[str, Any]]:
    return list((await company.owner.does(f"GET {company.path}"))["documents"])


async def test_a_required_document_is_uploaded_from_where_it_is_missing(intake: Served, company: Applicant) -> None:
    await company.owner.does(f"POST {company.path}/divisions", site(name="Cour nord"))
    page = await opened(intake, company.owner, company, language="fr")
    missing = [entry for entry in page.html.select("section[aria-labelledby=required] li") if "Manquant" in entry.text]
    assert "Il manque 8 documents requis" in page.text(".hero")
    [plan] = [entry.select_one("a") for entry in missing if "Cour nord" in entry.text]
    assert plan
    page = await page.browser.opens(str(plan["href"]))
    assert page.text("h1") == "Plan des lieux indiquant les zones de marchandises et les barrières"
    page = await page.send_file("plan des lieux.pdf", TYPES[PDF], issued_on="2026-01-05")
    assert "Le document est au dossier." in page.text()
    assert "Il manque 7 documents requis" in page.text(".hero")
    [filed] = await on_file(company)
    assert (filed["name"], filed["kind"], filed["issued_on"]) == ("plan des lieux.pdf", "site_plan", "2026-01-05")
    assert "5 janvier 2026" in page.text("section[aria-labelledby=filed]")


async def test_a_file_that_cannot_be_opened_is_refused_with_the_reason(intake: Served, company: Applicant) -> None:
    page = await opened(intake, company.owner, company)
    page = await page.follow("section[aria-labelledby=filed] .head a")
    assert page.text("h1") == "Evidence for an answer in the security profile"
    page = await page.send_file("plan.pdf", b"A letter by another name.")
    assert (page.status, page.faults()) == (415, ["The file: " + page.text("#file-error").removeprefix("Error: ")])
    page = await page.send_file("plan.pdf", b"%PDF-1.7 no more", issued_on="2026-01-05")
    assert page.status == 422
    assert page.faults() == ["The file: " + page.text("#file-error").removeprefix("Error: ")]
    assert page.filled()["issued_on"] == ["2026-01-05"]
    assert await on_file(company) == []


async def test_a_document_names_its_division(intake: Served, company: Applicant) -> None:
    await company.owner.does(f"POST {company.path}/divisions", site(name="North yard"))
    at = addresses()["upload"].path("en", company_id=company.id)
    page = await intake.browser_of(company.owner).opens(f"{at}?kind=site_plan")
    refused = await page.send_file("plan.pdf", TYPES[PDF])
    assert (refused.status, len(refused.faults())) == (422, 1)
    [division] = [radio["value"] for radio in page.html.select("input[name=division_id]")]
    page = await refused.send_file("plan.pdf", TYPES[PDF], division_id=str(division))
    assert "The document is on file." in page.text()
    assert [document["division_id"] for document in await on_file(company)] == [division]


async def test_a_document_is_opened_through_the_one_address(intake: Served, company: Applicant) -> None:
    filed = (await upload(company.owner, company.path)).json()["id"]
    page = await opened(intake, company.owner, company)
    [name, details] = page.html.select(f"#file-{filed} a")
    assert (name["href"], details.get_text(strip=True)) == (f"/api/intake/documents/{filed}", "Details: evidence.pdf")


async def test_a_document_is_removed(intake: Served, company: Applicant) -> None:
    filed = (await upload(company.owner, company.path)).json()["id"]
    page = await opened(intake, company.owner, company, filed, language="fr")
    assert "Cette action est irréversible." in page.text("details")
    page = await page.send()
    assert "Le document est supprimé." in page.text()
    assert await on_file(company) == []
    assert (await opened(intake, company.owner, company, filed)).status == 404


async def test_a_document_that_is_used_shows_where_and_is_not_removed(intake: Served) -> None:
    company = await completed(intake)
    [evidence] = [document["document_id"] for document in await on_file(company) if document["kind"] == "evidence"]
    page = await opened(intake, company.owner, company, evidence)
    assert "It cannot be removed while an answer or a reply names it." in page.text()
    assert page.html.select("main form") == []
    uses = page.html.select("section[aria-labelledby=uses] a")
    assert len(uses) > 20
    assert uses[0].get_text(strip=True) == "CS-01"
    answer = await page.browser.sends(str(page.answer.url), {"form-key": ["key"]})
    assert (answer.status, answer.faults()) == (409, ["An answer or a reply names this document."])


async def test_what_officers_have_is_only_hidden(intake: Served) -> None:
    company = await submitted(intake)
    plan = next(document["document_id"] for document in await on_file(company) if document["kind"] == "site_plan")
    page = await opened(intake, company.owner, company, plan)
    assert "Given to officers" in page.text(".band")
    assert "The officers who were given it keep it." in page.text("details")
    page = await page.send()
    assert "Missing" in page.text("section[aria-labelledby=required]")


async def test_the_same_bytes_twice_are_named(intake: Served, company: Applicant) -> None:
    await upload(company.owner, company.path, name="first.pdf")
    await upload(company.owner, company.path, name="second.pdf")
    page = await opened(intake, company.owner, company)
    assert "Same content as first.pdf" in page.text("section[aria-labelledby=filed]")


@pytest.mark.parametrize("query", ["", "?kind=site_plan", "?kind=nothing", "?division_id=nowhere"])
async def test_who_may_upload(intake: Served, company: Applicant, query: str) -> None:
    reader = await joined(intake, company, "read_only_user")
    at = addresses()["upload"].path("en", company_id=company.id) + query
    expected = {"?kind=nothing": 404, "?division_id=nowhere": 422}.get(query, 200)
    page = await intake.browser_of(reader).opens(at)
    assert (page.status, page.html.select("main form")) == (expected, [])
    assert (await intake.browser_of(intake.person("stranger")).opens(at)).status == max(expected, 404)
