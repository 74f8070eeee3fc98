"""The log of sharing in a browser: to whom, when, why, under which consent, and with which values."""

from uuid import UUID, uuid4

import pytest

from shared.contracts.intake import CompanyUsersChanged, UserRole
from shared.i18n import Language
from shared.pages.addresses import addresses
from tests.support.builders.packages import COMPANY
from tests.support.builders.sharing import joined, logged, number, revoked, standing
from tests.support.servers.served import Person, Served


def page(company: UUID, language: Language = "fr") -> str:
    return addresses()["sharing_log"].path(language, company_id=company)


@pytest.fixture(scope="module")
def maude(mra_exchange: Served) -> Person:
    return mra_exchange.person("maude")


@pytest.fixture(scope="module")
async def company(mra_exchange: Served, maude: Person) -> UUID:
    """A member of Maude's that has informed one administration, and does no longer."""
    made, owner = uuid4(), UserRole(subject=maude.urn, role="account_owner")
    await mra_exchange.consumes(made, CompanyUsersChanged(company_id=COMPANY, users=(owner,)))
    await joined(mra_exchange, made, "EU")
    await mra_exchange.consumes(made, revoked("EU"))
    await logged(maude, made, 2)
    return made


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ("Sharing ended", "The company withdrew its consent.", "Authorized (AUTHORISED)")),
        ("fr", ("Fin de la communication", "a retiré son consentement.", "Autorisé (AUTHORISED)")),
    ],
)
async def test_the_company_reads_in_its_language_what_was_sent_and_why(
    mra_exchange: Served, maude: Person, company: UUID, language: Language, texts: tuple[str, str, str]
) -> None:
    stopped, cause, status = texts
    shown = await mra_exchange.browser_of(maude).opens(page(company, language))
    last, first = (entry.get_text(" ", strip=True).replace("\u00a0", " ") for entry in shown.html.select("li.card"))
    assert stopped in last
    assert cause in last
    values = {status, number(company), "Boreal Drayage Ltd.", "18 Kestrel Way", str(standing("EU")[0].consent_id)}
    assert {value for value in values if value not in first} == set()
    [consent] = shown.html.select("li.card a")
    assert str(consent["href"]) == addresses()["administration"].path(language, company_id=company, administration="EU")
    assert len(shown.html.select("h1")) == 1
    assert shown.html.select_one(f"html[lang={language}-CA]")


async def test_a_long_log_is_read_page_by_page(mra_exchange: Served, maude: Person, company: UUID) -> None:
    browser = mra_exchange.browser_of(maude)
    newest = await browser.opens(f"{page(company)}?limit=1")
    assert len(newest.html.select("li.card")) == 1
    [following] = newest.html.select("a[rel=next]")
    oldest = await browser.opens(str(following["href"]))
    assert "Fiche communiquée" in oldest.text("li.card")


async def test_before_anything_is_sent_the_page_announces_it(mra_exchange: Served, maude: Person) -> None:
    company, owner = uuid4(), UserRole(subject=maude.urn, role="account_owner")
    await mra_exchange.consumes(company, CompanyUsersChanged(company_id=COMPANY, users=(owner,)))
    await maude.sees(f"/companies/{company}/disclosures", entries=[])
    shown = await mra_exchange.browser_of(maude).opens(page(company))
    assert "été communiqué." in shown.text()


async def test_a_stranger_finds_nothing(mra_exchange: Served, company: UUID) -> None:
    assert (await mra_exchange.browser("zoe").opens(page(company))).status == 404
