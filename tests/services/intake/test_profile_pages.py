"""The three parts of the working profile: each changes its own part, and shows what is declared otherwise."""

import pytest

from shared.pages.addresses import LANGUAGES, addresses
from tests.support.builders.applicant import Applicant, joined, registered, submitted
from tests.support.servers.browser import Browser, Shown
from tests.support.servers.served import Person, Served

PARTS = ("profile", "contact", "numbers")


@pytest.fixture
async def company(intake: Served) -> Applicant:
    """One with a complete profile."""
    made = await registered(intake)
    await made.owner.does(f"PUT {made.path}/profile", made.profile)
    return made


async def part(browser: Browser, name: str, company: Applicant, language: str = "en") -> Shown:
    return await browser.opens(addresses()[name].path("fr" if language == "fr" else "en", company_id=company.id))


async def opened(intake: Served, person: Person, name: str, company: Applicant) -> Shown:
    return await part(intake.browser_of(person), name, company)


async def stands(company: Applicant) -> dict[str, object]:
    return dict((await company.owner.does(f"GET {company.path}"))["profile"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PARTS)
async def test_what_stands_is_shown_and_sent_unchanged_changes_nothing(
    intake: Served, company: Applicant, name: str, language: str
) -> None:
    before = await stands(company)
    page = await part(intake.browser_of(company.owner), name, company, language)
    assert page.status == 200
    assert page.html.select_one('.views a[aria-current="page"]')
    await page.send()
    assert await stands(company) == before


async def test_each_part_changes_its_own_and_no_other(intake: Served, company: Applicant) -> None:
    before = await stands(company)
    owner = company.owner
    await (await opened(intake, owner, "profile", company)).send(
        operating_name="Boreal North", courier=("false", "true")
    )
    await (await opened(intake, owner, "contact", company)).send(title="Head of security")
    await (await opened(intake, owner, "numbers", company)).send(rm_account="RM0009")
    after = await stands(company)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"operating_name", "courier", "contact", "rm_account"}


@pytest.mark.parametrize(
    ("name", "changes", "field"),
    [
        ("profile", {"courier": ("false", "true"), "lines_of_business": ("", "importer")}, "#courier"),
        ("profile", {"address__country": "US"}, "#address-region"),
        ("contact", {"phone": "12"}, "#phone"),
        ("contact", {"name": ""}, "#name"),
        ("numbers", {"business_number": "910000018"}, "#business_number"),
        ("numbers", {"carrier_codes__rail__bonded": "true"}, "#carrier_codes-rail-code"),
        ("numbers", {"carrier_codes__highway__code": "?"}, "#carrier_codes-highway-code"),
    ],
)
async def test_what_is_wrong_leads_to_its_field(
    intake: Served, company: Applicant, name: str, changes: dict[str, str | tuple[str, ...]], field: str
) -> None:
    before = await stands(company)
    shown = await (await opened(intake, company.owner, name, company)).send("", **changes)
    assert shown.status in {409, 422}
    assert field in [link["href"] for link in shown.html.select("#errors a")]
    assert shown.html.select_one(field)
    assert await stands(company) == before


@pytest.mark.parametrize("name", PARTS)
async def test_who_only_reads_is_offered_nothing_and_reads_who_can(
    intake: Served, company: Applicant, name: str
) -> None:
    reader = await joined(intake, company, "read_only_user")
    page = await opened(intake, reader, name, company)
    assert page.html.select("main form button") == []
    assert page.html.select_one("main fieldset[disabled]")
    assert "Those who can change it: Tremblay-Ostrander." in page.text()
    assert (await page.send()).status == 403


async def test_what_is_declared_otherwise_stands_beside_the_working_version(intake: Served) -> None:
    company = await submitted(intake)
    owner = intake.browser_of(company.owner)
    page = await part(owner, "profile", company, "fr")
    assert page.html.select(".table--compared") == []
    await page.send(headquarters_country="DE", operating_name="")
    page = await part(owner, "profile", company, "fr")
    rows = {
        row.th.get_text(): row.get_text(" ", strip=True)
        for row in page.html.select(".table--compared tbody tr")
        if row.th
    }
    assert rows == {
        "Nom commercial": f"Nom commercial {company.profile['operating_name']} rien",
        "Pays du siège": "Pays du siège Canada Allemagne",
    }
    assert (await part(owner, "numbers", company, "fr")).html.select(".table--compared") == []


async def test_two_who_change_different_fields_undo_nothing(intake: Served, company: Applicant) -> None:
    full = await joined(intake, company, "full_access_user")
    mine, theirs = [await opened(intake, person, "profile", company) for person in (company.owner, full)]
    await theirs.send(operating_name="Boreal North")
    await mine.send(headquarters_country="US")
    after = await stands(company)
    assert (after["operating_name"], after["headquarters_country"]) == ("Boreal North", "US")


async def test_two_who_change_the_same_field_see_both_versions(intake: Served, company: Applicant) -> None:
    full = await joined(intake, company, "full_access_user")
    mine, theirs = [await opened(intake, person, "profile", company) for person in (company.owner, full)]
    await theirs.send(headquarters_country="DE")
    shown = await mine.send(headquarters_country="FR")
    assert shown.status == 409
    assert {"Germany", "France"} <= set(shown.text().split())
    await shown.send()
    assert (await stands(company))["headquarters_country"] == "FR"
