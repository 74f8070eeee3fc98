"""Two people on one page: each keeps what the other has written, and what both have changed is shown twice."""

import asyncio
from dataclasses import dataclass
from uuid import uuid4

import pytest

from shared.i18n import Language
from shared.pages.addresses import LANGUAGES, addresses
from shared.pages.speech import Words
from tests.support.builders.applicant import Applicant, particulars, registered
from tests.support.servers.browser import Browser, Shown
from tests.support.servers.served import Served

HOSTILE = '"><script>alert(1)</script>{{ 7 * 7 }}'
WORDS = Words("shared.pages")


@dataclass(frozen=True)
class Owned:
    """A company, and its owner at a browser."""

    company: Applicant
    browser: Browser

    async def opens(self, language: Language = "en") -> Shown:
        return await self.browser.opens(addresses()["profile"].path(language, company_id=self.company.id))

    async def profile(self) -> dict[str, object]:
        return dict((await self.company.owner.does(f"GET {self.company.path}"))["profile"])

    async def changes(self, **changes: object) -> None:
        """Somebody else writes, elsewhere."""
        stands = particulars(**await self.profile())
        await self.company.owner.does(f"PUT {self.company.path}/particulars", stands | changes)


async def owned(intake: Served) -> Owned:
    subject = f"owner of {uuid4()}"
    company = await registered(intake, intake.person(subject))
    return Owned(company, intake.browser(subject))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_others_have_written_meanwhile_is_kept(intake: Served, language: Language) -> None:
    firm = await owned(intake)
    page = await firm.opens(language)
    await firm.changes(operating_name="Boreal Nord")
    saved = await page.send(legal_name="Boreal Cartage Ltd.")
    assert saved.status == 200
    profile = await firm.profile()
    assert (profile["legal_name"], profile["operating_name"]) == ("Boreal Cartage Ltd.", "Boreal Nord")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_both_have_changed_is_shown_twice_and_then_decided(intake: Served, language: Language) -> None:
    firm = await owned(intake)
    page = await firm.opens(language)
    await firm.changes(legal_name="Theirs Ltd.", operating_name="Theirs")
    both = await page.send(legal_name="Ours Ltd.")
    assert (both.status, both.filled()["legal_name"]) == (409, ["Ours Ltd."])
    assert WORDS.phrase("faults.changed_meanwhile", language).replace("\u00a0", " ") in both.faults()[0]
    assert "Theirs Ltd." in both.text(".notice")
    assert both.filled()["operating_name"] == ["Theirs"]
    assert (await firm.profile())["legal_name"] == "Theirs Ltd."
    assert (await both.send()).status == 200
    profile = await firm.profile()
    assert (profile["legal_name"], profile["operating_name"]) == ("Ours Ltd.", "Theirs")


async def test_five_pages_that_are_sent_at_once_lose_nothing(intake: Served) -> None:
    firm = await owned(intake)
    pages = [await firm.opens() for _ in range(5)]
    changed = {
        "legal_name": "A Ltd.",
        "operating_name": "B",
        "address__city": "Toronto",
        "address__lines": "1 Front Street",
        "headquarters_country": "US",
    }
    sent = [page.send(**{name: value}) for page, (name, value) in zip(pages, changed.items(), strict=True)]
    assert [page.status for page in await asyncio.gather(*sent)] == [200] * 5
    page = await firm.opens()
    assert {name: page.filled()[name.replace("__", ".")][0] for name in changed} == changed


async def test_what_is_wrong_leads_to_its_field_and_what_was_typed_stays(intake: Served) -> None:
    firm = await owned(intake)
    refused = await (await firm.opens("fr")).send(
        address__postal_code="12", legal_name="Cartage Boréal", address__city=""
    )
    assert refused.status == 422
    assert [link["href"] for link in refused.html.select("#errors a")] == ["#address-city", "#address-postal_code"]
    assert refused.html.title
    assert refused.html.title.text.startswith("Erreur")
    assert [refused.filled()[name] for name in ("legal_name", "address.city", "address.postal_code")] == [
        ["Cartage Boréal"],
        [""],
        ["12"],
    ]


async def test_what_is_stored_is_never_markup(intake: Served) -> None:
    firm = await owned(intake)
    saved = await (await firm.opens()).send(legal_name=HOSTILE, operating_name=HOSTILE, address__city=HOSTILE)
    overview = await firm.browser.opens(addresses()["overview"].path("fr", company_id=firm.company.id))
    for page in (saved, overview):
        assert page.status == 200
        assert "<script>alert" not in page.answer.text
    assert (await firm.opens()).filled()["legal_name"] == [HOSTILE]


async def test_to_a_stranger_there_is_no_such_page(intake: Served) -> None:
    firm = await owned(intake)
    page = await firm.opens()
    stranger = intake.browser("zoe")
    assert (await stranger.opens(page.path)).status == 404
    assert (await stranger.sends(page.path, page.filled())).status == 404
