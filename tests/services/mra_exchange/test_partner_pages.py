"""What a foreign administration reads in a browser: its members, one of them, what has changed, and how it connects."""

import csv
from io import StringIO
from uuid import UUID, uuid4

import pytest

from shared.contracts.types import Administration
from shared.i18n import Language
from shared.pages.addresses import LANGUAGES, addresses
from tests.support.builders.sharing import gone, joined, member_path, number, partner, revoked
from tests.support.servers.browser import Browser
from tests.support.servers.served import Served

IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)
PAGES = ("feed", "feed_export", "feed_changes", "feed_connection", "feed_member")


def customs(mra_exchange: Served, administration: Administration) -> Browser:
    return mra_exchange.browser(f"customs of {administration}", "partner", administration=administration)


def page(name: str = "feed", language: Language = "en", **ids: object) -> str:
    return addresses()[name].path(language, **ids)


@pytest.fixture(scope="module")
async def company(mra_exchange: Served) -> UUID:
    """A member that informs Japan and Korea."""
    made = uuid4()
    await joined(mra_exchange, made, "JP", "KR")
    return made


@IN_BOTH
async def test_a_partner_sees_its_members_and_the_five_elements_of_one(
    mra_exchange: Served, company: UUID, language: Language
) -> None:
    browser = customs(mra_exchange, "JP")
    shown = await browser.opens(page(language=language))
    assert [row.get_text(" ", strip=True)[:19] for row in shown.html.select("tbody tr")] == ["Boreal Drayage Ltd."]
    assert {"en": "Authorized (AUTHORISED)", "fr": "Autorisé (AUTHORISED)"}[language] in shown.text("tbody")

    one = await shown.follow("tbody a")
    assert one.path == page("feed_member", language, pip=number(company))
    assert len(one.html.select("dt")) == len(one.html.select("dd")) == 5
    assert {
        part for part in ("Boreal Drayage Ltd.", "18 Kestrel Way", number(company)) if part not in one.text("dl")
    } == set()


@IN_BOTH
async def test_another_partner_sees_nothing_of_them(mra_exchange: Served, company: UUID, language: Language) -> None:
    browser = customs(mra_exchange, "PE")
    shown = await browser.opens(page(language=language))
    assert (shown.html.select("tbody"), shown.html.select_one(".empty") is not None) == ([], True)
    assert (await browser.opens(page("feed_changes", language))).html.select_one(".empty")
    assert (await browser.opens(page("feed_member", language, pip=number(company)))).status == 404


async def test_a_member_is_found_by_its_number_and_nobody_else_is(mra_exchange: Served, company: UUID) -> None:
    browser = customs(mra_exchange, "JP")
    found = await browser.opens(f"{page()}?pip=%20{number(company).lower()}")
    assert found.path == page("feed_member", pip=number(company))
    for nobody in ("CAPIPNOBODY", "../members", "<script>"):
        absent = await browser.opens(f"{page()}?pip={nobody}")
        assert absent.html.select_one(".notice--warn")
        assert absent.html.select("#pip")[0]["value"] == nobody.upper()


@IN_BOTH
async def test_the_file_has_the_five_elements_and_no_others(
    mra_exchange: Served, company: UUID, language: Language
) -> None:
    answer = (await customs(mra_exchange, "JP").opens(page("feed_export", language))).answer
    assert "members-jp.csv" in answer.headers["content-disposition"]
    [heads, row] = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    record = await partner(mra_exchange, "JP").does(f"GET {member_path(company)}")
    place = record["address"]
    assert len(set(heads)) == len(row) == 10
    assert row == [
        number(company),
        record["name"],
        ", ".join(place["lines"]),
        *(place[part] for part in ("city", "region", "postal_code", "country")),
        "AUTHORISED",
        record["dates"]["member_since"],
        "",
    ]


@IN_BOTH
async def test_an_end_of_sharing_is_the_latest_change_and_gives_no_reason(
    mra_exchange: Served, language: Language
) -> None:
    ended, administration = uuid4(), {"en": "SG", "fr": "AU"}[language]
    code: Administration = "SG" if administration == "SG" else "AU"
    await joined(mra_exchange, ended, code)
    browser = customs(mra_exchange, code)
    first = await browser.opens(page("feed_changes", language))
    assert [card.select_one("h2 a") is not None for card in first.html.select("li.card")] == [True]
    await mra_exchange.consumes(ended, revoked(code))
    await gone(partner(mra_exchange, code), member_path(ended))
    last = await browser.opens(page("feed_changes", language))
    assert [card.get_text(" ", strip=True).count(number(ended)) for card in last.html.select("li.card")] == [1]
    assert "Boreal" not in last.text()
    assert "consent" not in last.text()
    assert (await browser.opens(page("feed_member", language, pip=number(ended)))).status == 404


@IN_BOTH
async def test_how_to_connect_names_the_topic_the_groups_and_the_mechanism_of_this_partner(
    mra_exchange: Served, language: Language
) -> None:
    shown = await customs(mra_exchange, "NZ").opens(page("feed_connection", language))
    named = {code.get_text() for code in shown.html.select("code")}
    assert {"pip.partner.nz", "partner.nz", "partner.nz.live", "partner.nz.trial"} <= named
    assert {"SASL_PLAINTEXT", "SASL_SSL", "SCRAM-SHA-256"} <= named
    assert any(code.endswith("/api/mra_exchange/partner/changes") for code in named)
    assert "partner.jp" not in shown.text()


@pytest.mark.parametrize("name", PAGES)
async def test_the_pages_are_for_partners_of_a_known_administration_alone(mra_exchange: Served, name: str) -> None:
    address = page(name, pip="CAPIPNOBODY")
    strangers = [mra_exchange.browser("sam", role) for role in ("trader", "decision_officer", "operator", "partner")]
    unknown = mra_exchange.browser("sam", "partner", administration="XX")
    assert [(await each.opens(address)).status for each in (*strangers, unknown)] == [403] * 5
