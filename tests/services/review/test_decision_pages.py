"""The decision in a browser without script: grounds on one sheet, what would follow, then approve or deny."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.clock import now
from shared.contracts.mra_exchange import partner_record
from shared.contracts.review import ApplicationDenied, MembershipActivated
from shared.contracts.types import RiskOutcome, ValidationOutcome
from shared.i18n import Language
from shared.pages.addresses import addresses
from tests.support.builders.packages import eligibility, profile
from tests.support.builders.review import declared, risk_assessed, site_validated, visits_scheduled
from tests.support.builders.reviewing import address, judged, opened, record_on
from tests.support.servers.browser import Browser
from tests.support.servers.bus import until
from tests.support.servers.served import Person, Served, application_of

UNMET = {"verdict": "not_met", "advice": "Fence the north side.", "note": "Third reminder."}
MESSAGE = "Two requirements are not met.\nYou may apply again."
NOTE = "The owner was warned by phone."


def page(company: UUID, language: Language = "fr") -> str:
    return addresses()["case_decision"].path(language, application_id=application_of(company))


async def concluded(review: Served, noor: Person, company: UUID, outcome: str = "meets", **judgements: Any) -> str:
    """The address of a case whose review is concluded."""
    case = await opened(review, noor, company, eligibility=eligibility(crown_debt=True))
    await review.consumes(company, declared())
    await judged(noor, case, **judgements)
    await noor.does(f"POST {case}/conclusion", {"outcome": outcome})
    return case


async def pending(
    review: Served, noor: Person, risk: RiskOutcome = "acceptable", validation: ValidationOutcome = "passed"
) -> UUID:
    """A company whose case waits for a decision."""
    company = uuid4()
    case = await concluded(review, noor, company)
    await review.consumes(company, risk_assessed(risk))
    if risk == "acceptable":
        await noor.sees(case, status="site_validation")
        await review.consumes(company, visits_scheduled("held"))
        await review.consumes(company, site_validated(validation))
    await noor.sees(case, status="decision_pending")
    return company


async def test_an_application_is_approved_after_a_look_at_what_follows(
    review: Served, noor: Person, officer: Browser
) -> None:
    company = await pending(review, noor)
    sheet = await officer.opens(page(company))
    assert "La validation des lieux est réussie" in sheet.text(".hero")
    assert "Acceptable" in sheet.text("[aria-labelledby=risk]")
    assert "Réussie" in sheet.text("[aria-labelledby=validation]")
    assert "dette non réglée envers la Couronne" in sheet.text("[aria-labelledby=judged]")
    english, french = sheet.html.select(".readers__page")
    assert ("Active membership" in english.get_text(), "Adhésion active" in french.get_text()) == (True, True)
    foreseen = record_on(sheet)

    approved = await sheet.send("approve")
    assert "La demande est approuvée." in approved.text("[role=status]")
    assert approved.html.select("main form") == []
    [published] = await review.publishes(MembershipActivated, company)
    assert foreseen == partner_record(profile().legal_name, profile().address, published)
    member = await approved.follow(".hero a")
    assert member.path == addresses()["member"].path("fr", company_id=company)


async def test_an_application_is_denied_after_a_look_at_what_the_company_reads(
    review: Served, noor: Person, officer: Browser
) -> None:
    company = uuid4()
    case = await concluded(review, noor, company, "does_not_meet", answer=UNMET)
    sheet = await officer.opens(page(company))
    assert all(UNMET[name] in sheet.text("[aria-labelledby=judged]") for name in ("advice", "note"))
    assert "ne peut être approuvé" in sheet.text("[aria-labelledby=approval]")

    # when the message is missing, it is asked for where it is typed
    unexplained = await sheet.look_ahead("deny", grounds=("profile",), note=NOTE)
    assert unexplained.status == 409
    assert unexplained.html.select("#message-error")

    # when it is typed, the page shows what the company reads in both languages, and nothing is done
    ahead = await unexplained.look_ahead("deny", message=MESSAGE)
    english, french = ahead.html.select(".readers__page")
    assert "Security requirements not met" in english.get_text()
    assert "Exigences de sécurité non satisfaites" in french.get_text()
    assert all("You may apply again." in side.get_text() and NOTE not in side.get_text() for side in (english, french))
    assert NOTE in ahead.text(".remark--in")
    assert (await noor.does(f"GET {case}"))["status"] == "decision_pending"

    denied = await ahead.send("deny")
    assert "La demande est refusée." in denied.text("[role=status]")
    [published] = await review.publishes(ApplicationDenied, company)
    assert (published.message, published.grounds) == (MESSAGE, ("profile",))
    assert "You may apply again." in denied.text("[aria-labelledby=denied]")
    assert denied.html.select("main form") == []

    # when the denial is journalled, then the note stands beside it, for officers alone
    async def stays_inside() -> bool:
        return NOTE in (await officer.opens(page(company))).text("[aria-labelledby=denied]")

    await until(stays_inside)
    assert "note" not in (await noor.does(f"GET {case}"))["denial"]


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_sheet_is_whole_in_both_languages_at_every_point_of_a_case(
    review: Served, noor: Person, officer: Browser, language: Language
) -> None:
    early, failed, risky = (
        uuid4(),
        await pending(review, noor, validation="failed"),
        await pending(review, noor, risk="unacceptable"),
    )
    await opened(review, noor, early, submitted_at=now())
    for company in (early, failed, risky):
        shown = await officer.opens(page(company, language))
        assert (shown.status, len(shown.html.select("h1"))) == (200, 1)
        assert shown.html.select_one(f"html[lang={language}-CA]")
    sheet = await officer.opens(page(failed, language))
    ahead = await sheet.look_ahead("deny", grounds=("site_validation",), message=MESSAGE)
    assert (ahead.status, len(ahead.html.select("h1"))) == (200, 1)


async def test_a_case_in_other_hands_waits_for_their_result(review: Served, noor: Person, officer: Browser) -> None:
    company = uuid4()
    await concluded(review, noor, company)
    shown = await officer.opens(page(company))
    assert "attendez-en le résultat" in shown.text("[aria-labelledby=denial]")
    assert shown.html.select("main form") == []


async def test_who_may_not_decide_reads_who_may(review: Served, noor: Person) -> None:
    company = await pending(review, noor)
    reader = review.browser("noor", "review_officer")
    shown = await reader.opens(page(company))
    assert "Seuls les agents de décision" in shown.text()
    assert shown.html.select("main form") == []
    sent = await reader.sends(str(shown.answer.url), {"form-act": ["approve"]})
    assert sent.status == 403
    assert (await noor.does(f"GET {address(company)}"))["status"] == "decision_pending"


async def test_nobody_decides_on_the_own_company(review: Served, noor: Person, ines: Person, officer: Browser) -> None:
    company = await pending(review, noor)
    sheet = await officer.opens(page(company))
    await review.introduces(company, ines.urn)
    assert (await sheet.send("approve")).status == 403
    assert (await noor.does(f"GET {address(company)}"))["status"] == "decision_pending"
    assert (await officer.opens(page(company))).status == 403
    assert (await officer.opens(page(uuid4()))).status == 404
