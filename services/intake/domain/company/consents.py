"""The company's consents, one per foreign administration: the owner gives them, owner or proxy withdraws them."""

from typing import Literal, assert_never
from uuid import UUID

from services.intake.domain.company.rights import MANAGERS, OWNER, PersonalCommand
from services.intake.domain.company.signature import UNSIGNED, NamedSignature, require_signed
from services.intake.domain.company.state import Company, Consent
from shared.contracts import intake as published
from shared.contracts.catalogue import Catalogue, in_force
from shared.contracts.types import Administration, Code
from shared.decider import Fact, Refusals
from shared.errors import Refused
from shared.model import Moment
from shared.programme.calendar import today


class GiveConsent(PersonalCommand):
    BY = OWNER
    kind: Literal["give_consent"] = "give_consent"
    administration: Code
    consent_id: UUID
    signature: NamedSignature


class WithdrawConsent(PersonalCommand):
    BY = MANAGERS
    kind: Literal["withdraw_consent"] = "withdraw_consent"
    administration: Code


class ConsentGiven(Fact):
    v: int = 2
    kind: Literal["consent_given"] = "consent_given"
    consent: Consent


class ConsentWithdrawn(Fact):
    kind: Literal["consent_withdrawn"] = "consent_withdrawn"
    administration: Administration
    consent_id: UUID
    withdrawn_at: Moment


SIGNED_BY = {"signatory", "name", "title"}  # of a consent, and never published
ConsentCommand = GiveConsent | WithdrawConsent
ConsentFact = ConsentGiven | ConsentWithdrawn
REFUSES: Refusals = {
    GiveConsent: ("administration_unknown", "arrangement_not_in_force", *UNSIGNED),
    WithdrawConsent: ("administration_unknown",),
}


def decide(command: ConsentCommand, company: Company, catalogue: Catalogue) -> tuple[ConsentFact, ...]:
    match command:
        case GiveConsent():
            return give(command, company, catalogue)
        case WithdrawConsent():
            return withdraw(command, company, catalogue)
        case _:
            assert_never(command)


def give(command: GiveConsent, company: Company, catalogue: Catalogue) -> tuple[ConsentGiven, ...]:
    administration = _known(command, catalogue)
    if administration not in in_force(catalogue, today(command.at)):
        raise Refused("arrangement_not_in_force", field="administration")
    require_signed(command.signature, catalogue.consent)
    return () if _standing(company, administration) else (ConsentGiven(consent=_signed(command, administration)),)


def withdraw(command: WithdrawConsent, company: Company, catalogue: Catalogue) -> tuple[ConsentWithdrawn, ...]:
    """A consent that stands is withdrawn though its administration may have left the catalogue."""
    if consent := _standing(company, command.administration):
        return (
            ConsentWithdrawn(
                administration=consent.administration, consent_id=consent.consent_id, withdrawn_at=command.at
            ),
        )
    _known(command, catalogue)
    return ()


def _known(command: ConsentCommand, catalogue: Catalogue) -> Administration:
    """The administration that a command names. Raises Refused("administration_unknown")."""
    for administration in catalogue.administrations:
        if administration.code == command.administration:
            return administration.code
    raise Refused("administration_unknown", field="administration")


def _standing(company: Company, administration: str) -> Consent | None:
    return next((consent for consent in company.consents if consent.administration == administration), None)


def _signed(command: GiveConsent, administration: Administration) -> Consent:
    return Consent(
        administration=administration,
        consent_id=command.consent_id,
        given_at=command.at,
        text_version=command.signature.text_version,
        language=command.signature.language,
        signatory=command.actor.subject,
        name=command.signature.name,
        title=command.signature.title,
    )


def evolve(company: Company, fact: ConsentFact) -> Company:
    if isinstance(fact, ConsentGiven):
        return company.model_copy(update={"consents": (*company.consents, fact.consent)})
    standing = tuple(consent for consent in company.consents if consent.consent_id != fact.consent_id)
    return company.model_copy(update={"consents": standing})


def message(fact: ConsentFact, company: Company) -> published.ConsentGiven | published.ConsentWithdrawn:
    if isinstance(fact, ConsentGiven):
        return published.ConsentGiven(
            company_id=company.company_id, in_force=_in_force(company), **fact.consent.model_dump(exclude=SIGNED_BY)
        )
    return published.ConsentWithdrawn(
        company_id=company.company_id, in_force=_in_force(company), **fact.model_dump(exclude={"kind", "v"})
    )


def inherited(company: Company) -> tuple[Consent, ...]:
    """The consents in force that another than the present owner has signed."""
    return tuple(consent for consent in company.consents if consent.signatory != company.owner)


def _in_force(company: Company) -> tuple[published.ConsentInForce, ...]:
    return tuple(
        published.ConsentInForce(
            administration=consent.administration, consent_id=consent.consent_id, given_at=consent.given_at
        )
        for consent in company.consents
    )
