"""The company's people in a browser without script: roles that change, and ownership that changes hands."""

import pytest

from tests.support.builders.applicant import Applicant, joined, newcomer, reference, registered
from tests.support.servers.browser import Browser, Shown
from tests.support.servers.served import Person, Served


@pytest.fixture
async def company(intake: Served) -> Applicant:
    return await registered(intake)


async def people(browser: Browser, company: Applicant, language: str = "en") -> Shown:
    path = "companies/{}/people" if language == "en" else "entreprises/{}/personnes"
    return await browser.opens(f"/{language}/{path.format(company.id)}")


async def opened(intake: Served, person: Person, company: Applicant, language: str = "en") -> Shown:
    return await people(intake.browser_of(person), company, language)


def acts(page: Shown) -> set[str]:
    """The forms that a page offers, by the first word of their acts."""
    return {str(field["value"]).partition(" ")[0] for field in page.html.select("main input[name=form-act]")}


async def roles(company: Applicant) -> dict[str, str]:
    return {user["subject"]: user["role"] for user in (await company.owner.does(f"GET {company.path}"))["users"]}


# --- roles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("account_owner", {"add", "change", "remove", "unused", "offer"}),
        ("proxy_account_owner", {"add", "change", "remove", "unused"}),
        ("full_access_user", {"add"}),
        ("read_only_user", set()),
    ],
)
async def test_a_page_offers_what_the_role_may_do(
    intake: Served, company: Applicant, role: str, offered: set[str]
) -> None:
    person = company.owner if role == "account_owner" else await joined(intake, company, role)
    if role == "account_owner":
        await joined(intake, company, "full_access_user")
    page = await opened(intake, person, company)
    assert acts(page) == offered
    assert len(page.html.select("section.role")) == 4
    if "change" not in offered:
        assert "Tremblay-Ostrander" in page.text()


async def test_a_full_access_user_adds_no_proxy(intake: Served, company: Applicant) -> None:
    page = await opened(intake, await joined(intake, company, "full_access_user"), company)
    assert [field["value"] for field in page.html.select("form input[name=role]")] == [
        "full_access_user",
        "read_only_user",
    ]


async def test_a_role_is_changed_and_a_person_removed(intake: Served, company: Applicant) -> None:
    full = await joined(intake, company, "full_access_user")
    page = await opened(intake, company.owner, company, "fr")
    page = await page.send(f"change {full.urn}", role="proxy_account_owner")
    assert "Le rôle est modifié." in page.text()
    assert (await roles(company))[full.urn] == "proxy_account_owner"
    page = await page.send(f"remove {full.urn}")
    assert "La personne est retirée." in page.text()
    assert full.urn not in await roles(company)


async def test_who_leaves_is_led_away(intake: Served, company: Applicant) -> None:
    proxy = await joined(intake, company, "proxy_account_owner")
    page = await (await opened(intake, proxy, company)).send(f"remove {proxy.urn}")
    assert (page.path, "You no longer act for that company." in page.text()) == ("/en/welcome", True)


async def test_a_role_is_marked_as_unused_and_used_again(intake: Served, company: Applicant) -> None:
    page = await (await opened(intake, company.owner, company)).send("unused read_only_user")
    assert "Not used" in page.text("#read_only_user")
    person = newcomer(reference("later"), "read_only_user")
    page = await page.send("add", **person)
    assert "Okoro" in page.text("#read_only_user")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"urn": "banana"}, "User reference number: This is not a user reference number."),
        ({"email": "okoro"}, "E-mail address"),
        ({"role": ()}, "Role: Choose one."),
    ],
)
async def test_a_person_who_cannot_be_added_stays_typed(
    intake: Served, company: Applicant, changes: dict[str, str | tuple[str, ...]], fault: str
) -> None:
    page = await opened(intake, company.owner, company)
    shown = await page.send("add", **{**newcomer(reference()), **changes})
    assert shown.status == 422
    assert shown.faults()[0].startswith(fault)
    assert shown.filled("add")["family_name"] == ["Okoro"]
    assert len(await roles(company)) == 1


async def test_what_a_person_lacks_is_listed_in_the_order_of_the_fields(intake: Served, company: Applicant) -> None:
    page = await opened(intake, company.owner, company)
    refused = await page.send("add")
    fields = {str(field["name"]): None for field in refused.html.select("form:has([value=add]) [name][id]")}
    links = [str(link["href"]).removeprefix("#") for link in refused.html.select("#errors a")]
    assert links == ["family_name", "email", "urn", "role"] == list(fields)


async def test_an_act_that_no_form_has_is_refused(intake: Served, company: Applicant) -> None:
    page = await opened(intake, company.owner, company)
    for act in ("", "destroy", "unused account_owner"):
        shown = await page.send("add", **{"form-act": act})
        assert shown.status == 422
    assert len(await roles(company)) == 1


# --- ownership ------------------------------------------------------------------------------------


async def test_ownership_is_offered_and_accepted_with_a_signature_in_french(intake: Served, company: Applicant) -> None:
    heir = await joined(intake, company, "read_only_user")
    page = await opened(intake, company.owner, company, "fr")
    page = await page.send("offer", urn=heir.urn)
    assert "La propriété est proposée." in page.text()
    assert acts(page) & {"offer", "revoke"} == {"revoke"}

    page = await opened(intake, heir, company, "fr")
    unsigned = await page.send("accept")
    assert "Votre attestation est requise." in unsigned.faults()[0]
    assert unsigned.html.select_one("#attests")
    assert unsigned.filled("accept")["language"] == ["fr"]
    page = await unsigned.send("accept", attests=("false", "true"))
    assert "Vous êtes maintenant propriétaire du compte." in page.text()
    assert (await roles(company))[heir.urn] == "account_owner"


@pytest.mark.parametrize("who", ["owner", "heir"])
async def test_an_offer_is_taken_back_or_declined(intake: Served, company: Applicant, who: str) -> None:
    heir = await joined(intake, company, "full_access_user")
    await company.owner.does(f"POST {company.path}/ownership-offer", {"urn": heir.urn})
    person, act = (company.owner, "revoke") if who == "owner" else (heir, "decline")
    page = await (await opened(intake, person, company)).send(act)
    assert acts(page) & {"revoke", "accept", "decline"} == set()
    assert (await roles(company))[company.owner.urn] == "account_owner"


async def test_a_successor_is_chosen(intake: Served, company: Applicant) -> None:
    await joined(intake, company, "full_access_user")
    shown = await (await opened(intake, company.owner, company)).send("offer")
    link = shown.html.select_one("#errors a")
    assert link
    assert (link["href"], shown.faults()) == ("#successor", ["New account owner: Choose one."])


async def test_a_recovery_is_read_by_all(intake: Served, company: Applicant) -> None:
    heir = await joined(intake, company, "read_only_user")
    officer = intake.person("dana", "decision_officer")
    await officer.does(f"POST {company.path}/ownership-recovery", {"urn": heir.urn, "evidence": "The owner left."})
    for person in (heir, company.owner):
        assert "The owner left." in (await opened(intake, person, company)).text("#recovery")
