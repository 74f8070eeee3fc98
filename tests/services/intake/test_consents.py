import pytest

from services.intake.domain.company import CompanyCommand, decider
from services.intake.domain.company.consents import ConsentGiven, ConsentWithdrawn, GiveConsent
from shared.contracts import intake as published
from tests.support.builders.deciding import refusal
from tests.support.builders.intake import (
    AT,
    CATALOGUE,
    COMPANIES,
    LIMIT,
    LIVES,
    OFFER_DAYS,
    OWNER,
    PROXY,
    company_after,
    company_in,
    consent,
    withdraw,
)

EVERY_LIFE = tuple(LIVES)


def in_force(*commands: CompanyCommand) -> list[str]:
    """The consents in force, by the last message of this life."""
    after, facts = company_after(commands, company_in("registered"))
    outgoing = COMPANIES.publish(facts[-1], after)
    assert outgoing is not None
    read = published.ConsentGiven if "Given" in outgoing.type else published.ConsentWithdrawn
    return [each.administration for each in read.read(outgoing.body or "").in_force]


@pytest.mark.parametrize("life", EVERY_LIFE)
def test_a_consent_is_given_and_withdrawn_at_any_time_of_the_companys_life(life: str) -> None:
    after, facts = company_after([consent("US")], company_in(life))
    assert [type(fact) for fact in facts] == [ConsentGiven]
    given = after.consents[0]
    assert (given.administration, given.given_at, given.language, given.signatory) == ("US", AT, "fr", OWNER.subject)
    assert (given.name, given.title) == ("Maude Tremblay-Ostrander", "Director of operations")
    after, facts = company_after([withdraw("US", by=PROXY if len(after.users) > 1 else OWNER)], after)
    assert facts == (ConsentWithdrawn(administration="US", consent_id=given.consent_id, withdrawn_at=AT),)
    assert after.consents == ()


def test_the_same_consent_or_withdrawal_again_changes_nothing() -> None:
    before, _ = company_after([consent("US")], company_in("registered"))
    assert COMPANIES.decide(consent("US"), before) == ()
    assert COMPANIES.decide(withdraw("JP"), before) == ()


def test_every_message_has_all_consents_in_force() -> None:
    assert in_force(consent("US"), consent("JP")) == ["US", "JP"]
    assert in_force(consent("US"), consent("JP"), withdraw("US")) == ["JP"]
    assert in_force(consent("US"), withdraw("US")) == []


def test_the_message_carries_the_signed_text_but_nobodys_name() -> None:
    after, facts = company_after([consent("US")], company_in("registered"))
    outgoing = COMPANIES.publish(facts[0], after)
    assert outgoing is not None
    message = published.ConsentGiven.read(outgoing.body or "")
    assert (message.text_version, message.language, message.elements, message.given_at) == (
        CATALOGUE.consent.version,
        "fr",
        "five-v1",
        AT,
    )
    given = after.consents[0]
    assert [word for word in (given.signatory, given.name, given.title) if str(word) in (outgoing.body or "")] == []


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (consent("XX"), "administration_unknown"),
        (consent("US", attests=False), "attestation_required"),
        (consent("US", text_version="1999-01"), "text_version_outdated"),
    ],
)
def test_a_consent_is_refused(command: GiveConsent, code: str) -> None:
    assert refusal(COMPANIES, command, company_in("registered")) == code


def test_no_consent_before_or_after_an_arrangement_is_in_force() -> None:
    before_the_european_union = consent("EU").model_copy(update={"at": AT.replace(year=2024)})
    assert refusal(COMPANIES, before_the_european_union, company_in("registered")) == "arrangement_not_in_force"
    ended = tuple(
        each.model_copy(update={"in_force": each.in_force.model_copy(update={"until": AT.date()})})
        for each in CATALOGUE.administrations
    )
    lapsed = decider(CATALOGUE.model_copy(update={"administrations": ended}), LIMIT, OFFER_DAYS)
    assert refusal(lapsed, consent("US"), company_in("registered")) == "arrangement_not_in_force"


def test_a_consent_is_withdrawn_even_after_its_arrangement_ended() -> None:
    before, _ = company_after([consent("US")], company_in("registered"))
    without = decider(CATALOGUE.model_copy(update={"administrations": ()}), LIMIT, OFFER_DAYS)
    assert len(without.decide(withdraw("US"), before)) == 1
