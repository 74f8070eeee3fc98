"""The recovery of ownership in a browser without script: an officer finds a company, and gives its account away."""

from uuid import uuid4

import pytest

from shared.i18n import Language
from shared.pages.addresses import LANGUAGES, addresses
from tests.support.builders.applicant import Applicant, joined, registered
from tests.support.servers.browser import Browser, Shown
from tests.support.servers.served import Person, Served

NOBODYS = "5f0e6a3c-1c5e-4f0b-9d57-2f6f6b1f2a10"
EVIDENCE = "The owner left in May.\nLetter of the board of 2026-06-01."


@pytest.fixture
async def company(intake: Served) -> Applicant:
    return await registered(intake)


@pytest.fixture(scope="module")
def officer(intake: Served) -> Browser:
    return intake.browser("dana", "decision_officer")


def page(company: object | None = None, language: Language = "en") -> str:
    name = "recovery_of" if company else "recovery"
    return addresses()[name].path(language, company_id=company)


async def roles(person: Person, company: Applicant) -> dict[str, str]:
    return {user["subject"]: user["role"] for user in (await person.does(f"GET {company.path}"))["users"]}


async def readings(intake: Served, company: Applicant) -> list[str]:
    """Who has read the users of a company, as the audit log has it."""
    operator = intake.person("otto", "operator")
    entries = await operator.pages("/operations/audit?since=2026-01-01T00:00:00Z", "entries", 100)
    return [each["subject"] for each in entries if (each["action"], each["target"]) == ("users_read", str(company.id))]


async def test_an_officer_finds_a_company_and_gives_its_account_to_another_user(
    intake: Served, company: Applicant, officer: Browser
) -> None:
    heir, reader = [await joined(intake, company, role) for role in ("full_access_user", "read_only_user")]
    found = await officer.opens(f"{page()}?company_id=+{str(company.id).upper()}+")
    assert (found.path, found.text("h1")) == (page(company.id), company.profile["legal_name"])
    assert [option["value"] for option in found.html.select("input[name=urn]")] == [heir.urn, reader.urn]
    assert company.owner.urn in found.text("[aria-labelledby=owner]")
    assert "Every user of the company reads when it was done, and your evidence." in found.text(".confirm")

    # given nobody is chosen, when it is sent, then what was typed stays and the owner stays
    unfinished = await found.send(evidence=EVIDENCE)
    assert (unfinished.status, unfinished.faults()) == (422, ["New account owner: Choose one."])
    assert unfinished.filled()["evidence"] == [EVIDENCE]
    assert (await roles(heir, company))[company.owner.urn] == "account_owner"

    recovered = await unfinished.send(urn=heir.urn)
    assert "The account has a new owner." in recovered.text("[role=status]")
    assert "Letter of the board of 2026-06-01." in recovered.text(".notice blockquote")
    assert (await roles(heir, company))[heir.urn] == "account_owner"
    people = await intake.browser_of(reader).opens(addresses()["people"].path("en", company_id=company.id))
    assert "Letter of the board of 2026-06-01." in people.text("#recovery")


async def test_recovery_without_evidence_changes_nothing(intake: Served, company: Applicant, officer: Browser) -> None:
    heir = await joined(intake, company, "full_access_user")
    form = await officer.opens(page(company.id))
    without = await form.send(urn=heir.urn, evidence=" ")
    assert (without.status, without.faults()) == (
        409,
        ["Evidence: This needs a reason or evidence in writing."],
    )
    assert without.html.select(f"input[name=urn][value={heir.urn}][checked]")
    assert (await roles(heir, company))[company.owner.urn] == "account_owner"


async def test_whoever_left_meanwhile_is_not_made_owner(intake: Served, company: Applicant, officer: Browser) -> None:
    heir, other = [await joined(intake, company, role) for role in ("full_access_user", "read_only_user")]
    form = await officer.opens(page(company.id))
    await company.owner.does(f"DELETE {company.path}/users/{heir.urn}")
    refused = await form.send(urn=heir.urn, evidence=EVIDENCE)
    assert (refused.status, len(refused.faults())) == (409, 1)
    assert refused.faults()[0].startswith("New account owner: ")
    assert (await roles(other, company))[company.owner.urn] == "account_owner"


async def test_that_an_officer_has_read_the_users_is_noted(
    intake: Served, company: Applicant, officer: Browser
) -> None:
    await officer.opens(page())
    assert await readings(intake, company) == []
    await officer.opens(page(company.id))
    assert await readings(intake, company) == [intake.person("dana").urn]


async def test_an_officer_who_is_a_user_of_the_company_reads_nothing_and_recovers_nothing(
    intake: Served, company: Applicant
) -> None:
    own = await joined(intake, company, "full_access_user")
    browser = intake.browser(f"full_access_user of {company.id}", "decision_officer")
    refused = await browser.opens(page(company.id))
    assert (refused.status, "another officer must do this" in refused.text()) == (403, True)
    assert company.owner.urn not in refused.answer.text
    sent = {"form-key": ["one"], "urn": [own.urn], "evidence": [EVIDENCE]}
    assert (await browser.sends(page(company.id), sent)).status == 403
    assert (await roles(own, company))[company.owner.urn] == "account_owner"
    assert await readings(intake, company) == []


@pytest.mark.parametrize("role", ["trader", "review_officer", "risk_officer", "site_officer", "partner", "operator"])
async def test_nobody_else_is_admitted(intake: Served, company: Applicant, role: str) -> None:
    browser = intake.browser(role, role)
    sent = {"form-key": ["one"], "urn": [company.owner.urn], "evidence": [EVIDENCE]}
    opened = [await browser.opens(path) for path in (page(), page(company.id))]
    assert [shown.status for shown in (*opened, await browser.sends(page(company.id), sent))] == [403] * 3
    assert await readings(intake, company) == []


@pytest.mark.parametrize(
    ("typed", "status", "fault"),
    [
        ("banana", 422, "Company ID: This is not a company ID."),
        (NOBODYS, 404, "Company ID: No company has this ID."),
    ],
)
async def test_an_id_that_leads_nowhere_stays_typed(officer: Browser, typed: str, status: int, fault: str) -> None:
    shown = await officer.opens(f"{page()}?company_id={typed}")
    field = shown.html.select_one("#company_id")
    assert field
    assert (shown.status, shown.faults()[0].startswith(fault), field["value"]) == (status, True, typed)
    assert (await officer.opens(page(uuid4()))).status == 404


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_is_whole_in_both_languages(
    intake: Served, company: Applicant, officer: Browser, language: Language
) -> None:
    def is_whole(shown: Shown) -> bool:
        return bool(
            shown.status == 200
            and len(shown.html.select("h1")) == 1
            and shown.html.select_one(f"html[lang={language}-CA]")
            and shown.html.select_one("nav [aria-current]")
        )

    assert is_whole(await officer.opens(page(language=language)))
    alone = await officer.opens(page(company.id, language))
    assert (is_whole(alone), alone.html.select("main form")) == (True, [])
    heir = await joined(intake, company, "full_access_user")
    await company.owner.does(f"POST {company.path}/ownership-offer", {"urn": heir.urn})
    offered = await officer.opens(page(company.id, language))
    assert (is_whole(offered), len(offered.html.select(".notice--warn"))) == (True, 1)


async def test_whoever_is_an_officer_and_a_user_of_a_company_reaches_both(intake: Served, company: Applicant) -> None:
    await joined(intake, company, "read_only_user")
    both = intake.browser(f"read_only_user of {company.id}", "decision_officer")
    welcome = await (await both.opens(page())).follow(f"header a[href='{addresses()['welcome'].path('en')}']")
    assert company.profile["legal_name"] in welcome.text("#companies + ul")
    assert welcome.html.select_one(f"main a[href='{addresses()['cases'].path('en')}']")
    trader = await intake.browser("nobody in particular").opens(addresses()["welcome"].path("en"))
    assert trader.html.select(f"a[href='{addresses()['cases'].path('en')}']") == []
