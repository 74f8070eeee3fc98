"""What people see of a company's consents."""

from datetime import date

import pytest

from services.intake.domain.company.profile import ChangeProfile
from services.intake.views.consents import AwaitingActivation, consents
from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.types import Language
from tests.support.builders.intake import AT, CATALOGUE, asked, change_profile, company_after, company_in, consent
from tests.support.builders.packages import address

TODAY = AT.date()


@pytest.mark.parametrize(("language", "word"), [("en", "attest that"), ("fr", "atteste que")])
def test_the_text_of_consent_is_in_the_readers_language(language: Language, word: str) -> None:
    text = consents(company_in("registered"), TODAY, language, CATALOGUE).text
    assert (text.version, text.language) == (CATALOGUE.consent.version, language)
    assert word in text.text


def test_every_administration_in_force_can_be_chosen() -> None:
    company, _ = company_after([consent("US")], company_in("registered"))
    choices = {choice.administration: choice.consent for choice in consents(company, TODAY, "en", CATALOGUE).choices}
    assert len(choices) == 11
    assert [code for code, given in choices.items() if given] == ["US"]
    assert len(consents(company, date(2010, 7, 1), "en", CATALOGUE).choices) == 4


def test_a_consent_stays_on_file_when_its_arrangement_has_ended() -> None:
    company, _ = company_after([consent("EU")], company_in("registered"))
    choice = consents(company, date(2010, 7, 1), "en", CATALOGUE).choices[-1]
    assert (choice.administration, choice.in_force, choice.consent) == ("EU", False, company.consents[0])


@pytest.mark.parametrize("life", ["registered", "under_review", "approved", "left"])
def test_before_and_after_the_membership_status_dates_and_number_follow(life: str) -> None:
    company = company_in(life)
    preview = consents(company, TODAY, "en", CATALOGUE).preview
    assert preview == AwaitingActivation(name=company.profile.legal_name, address=company.profile.address)


def test_a_member_sees_exactly_the_record_that_would_be_sent() -> None:
    elsewhere = asked(ChangeProfile, profile=change_profile(address=address("77 Heron Road"), contact=None).profile)
    unfinished, _ = company_after([elsewhere], company_in("member"))
    preview = consents(unfinished, TODAY, "en", CATALOGUE).preview
    assert isinstance(preview, PartnerRecord)
    assert preview.model_dump(mode="json") == {
        "name": "Boreal Drayage Ltd.",
        "address": address("18 Kestrel Way").model_dump(mode="json"),
        "status": "AUTHORISED",
        "dates": {"member_since": "2026-03-09", "member_until": None},
        "identifiers": {"pip": "CAPIPCKAF0C74V3GW"},
    }
