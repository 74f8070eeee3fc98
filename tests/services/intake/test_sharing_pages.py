"""Consents in a browser without script: what would be sent is read, a consent is signed, and withdrawn."""

import pytest

from shared.i18n import Language
from shared.pages.addresses import addresses
from tests.support.builders.applicant import CATALOGUE, Applicant, consent, joined, registered, signature
from tests.support.servers.browser import Shown
from tests.support.servers.served import Served


def page(company: Applicant, name: str, language: Language = "fr", **ids: str) -> str:
    return addresses()[name].path(language, company_id=company.id, **ids)


@pytest.fixture(scope="module")
async def company(intake: Served) -> Applicant:
    return await registered(intake)


async def consented(company: Applicant, administration: str) -> dict[str, object]:
    """The consent to this administration, as the API shows it."""
    choices = (await company.owner.does(f"GET {company.path}/consents"))["choices"]
    [choice] = [choice for choice in choices if choice["administration"] == administration]
    return dict(choice["consent"] or {})


async def test_an_owner_reads_what_would_be_sent_signs_in_french_and_withdraws(
    intake: Served, company: Applicant
) -> None:
    owner = intake.browser_of(company.owner)
    every = await owner.opens(page(company, "sharing"))
    assert "Japon" in every.text()
    assert every.text(".files__state .tag").count("Aucun consentement") == len(CATALOGUE.administrations)

    japan = await owner.opens(page(company, "administration", administration="JP"))
    for element in (company.profile["legal_name"], company.profile["address"]["city"], "Suit au début de"):
        assert element in japan.text("[aria-labelledby=record]")
    assert CATALOGUE.consent.text.fr[:60] in japan.text()

    untitled = await japan.send("give", name="Maude Roy", title="", attests="true")
    assert untitled.status == 422
    assert [fault.rpartition(": ")[2] for fault in untitled.faults()] == ["Remplissez ce champ."]
    assert untitled.filled("give")["name"] == ["Maude Roy"]
    unattested = await untitled.send("give", title="Directrice", attests="false")
    assert unattested.status == 409
    assert len(unattested.faults()) == 1
    assert await consented(company, "JP") == {}

    given = await unattested.send("give", attests="true")
    assert (given.status, given.path) == (200, page(company, "administration", administration="JP"))
    assert "Le consentement est donné." in given.text("[role=status]")
    signed = await consented(company, "JP")
    assert (signed["name"], signed["title"], signed["language"]) == ("Maude Roy", "Directrice", "fr")

    withdrawn = await given.send("withdraw")
    assert "Le consentement est retiré." in withdrawn.text("[role=status]")
    assert await consented(company, "JP") == {}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", ["sharing", "administration"])
async def test_every_page_is_whole_in_both_languages(
    intake: Served, company: Applicant, name: str, language: Language
) -> None:
    await company.owner.does(f"PUT {company.path}/consents/US", consent())
    for administration in ("US", "NZ"):
        shown = await intake.browser_of(company.owner).opens(
            page(company, name, language, administration=administration)
        )
        assert_whole(shown, language)


def assert_whole(shown: Shown, language: Language) -> None:
    assert (shown.status, len(shown.html.select("h1"))) == (200, 1)
    assert shown.html.select_one(f"html[lang={language}-CA]")
    assert shown.html.select_one("nav [aria-current]")


async def test_who_may_not_sign_reads_who_may(intake: Served) -> None:
    company = await registered(intake)
    proxy, reader = [await joined(intake, company, role) for role in ("proxy_account_owner", "read_only_user")]
    await company.owner.does(f"PUT {company.path}/consents/US", consent())
    address = page(company, "administration", administration="US")
    await (await intake.browser_of(proxy).opens(address)).send("withdraw")
    assert await consented(company, "US") == {}

    unsigned = await intake.browser_of(proxy).opens(address)
    assert unsigned.html.select("main form") == []
    assert "Seul le propriétaire du compte peut donner ce consentement." in unsigned.text()
    await company.owner.does(f"PUT {company.path}/consents/US", consent())
    signed = await intake.browser_of(reader).opens(address)
    assert signed.html.select("main form") == []
    assert "peuvent retirer ce consentement" in signed.text()


async def test_a_consent_of_an_earlier_owner_stands_out(intake: Served) -> None:
    company = await registered(intake)
    await company.owner.does(f"PUT {company.path}/consents/US", consent())
    successor = await joined(intake, company, "proxy_account_owner")
    await company.owner.does(f"POST {company.path}/ownership-offer", {"urn": successor.urn})
    await successor.does(f"POST {company.path}/ownership-offer/acceptance", signature(CATALOGUE.ownership))
    every = await intake.browser_of(successor).opens(page(company, "sharing"))
    assert "Signé par un propriétaire précédent" in every.text(".files__state")
    one = await intake.browser_of(successor).opens(page(company, "administration", administration="US"))
    assert "Un propriétaire du compte précédent a signé ce consentement." in one.text()


async def test_a_stranger_and_an_unknown_administration_find_nothing(intake: Served, company: Applicant) -> None:
    stranger, owner = intake.browser("zoe"), intake.browser_of(company.owner)
    assert (await stranger.opens(page(company, "sharing"))).status == 404
    assert (await stranger.opens(page(company, "administration", administration="US"))).status == 404
    assert (await owner.opens(page(company, "administration", administration="XX"))).status == 404
