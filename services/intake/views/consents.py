"""The consents of a company, and exactly what each would send."""

from collections.abc import Mapping
from datetime import date

from services.intake.domain.company import Company
from services.intake.domain.company.state import Consent
from shared.contracts import catalogue as reference
from shared.contracts.mra_exchange import PartnerRecord, partner_record
from shared.contracts.types import Address, Administration, Code, Language, Name
from shared.i18n import Text, pick
from shared.model import Model


class AwaitingActivation(Model):
    """What is already known of the record; status, dates and number follow when the membership begins."""

    name: Name
    address: Address


class Signed(Model):
    """The text to be signed, in the reader's language."""

    version: Code
    language: Language
    title: str
    text: str


class Choice(Model):
    """One customs administration, and the company's consent to inform it."""

    administration: Administration
    name: Text
    programme: str
    programme_name: Text
    in_force: bool
    consent: Consent | None


class Consents(Model):
    """The administrations to choose from, the text of consent, and exactly what each would be sent."""

    text: Signed
    elements: Mapping[str, Text]
    preview: PartnerRecord | AwaitingActivation
    choices: tuple[Choice, ...]


def consents(company: Company, today: date, language: Language, catalogue: reference.Catalogue) -> Consents:
    """Every administration whose arrangement is in force today, and those with a consent still on file."""
    form, given = catalogue.consent, {consent.administration: consent for consent in company.consents}
    in_force = reference.in_force(catalogue, today)
    return Consents(
        text=Signed(
            version=form.version, language=language, title=pick(form.title, language), text=pick(form.text, language)
        ),
        elements=catalogue.labels.elements,
        preview=_preview(company),
        choices=tuple(
            Choice(
                administration=administration.code,
                name=administration.name,
                programme=administration.programme,
                programme_name=administration.programme_name,
                in_force=administration.code in in_force,
                consent=given.get(administration.code),
            )
            for administration in catalogue.administrations
            if administration.code in in_force or administration.code in given
        ),
    )


def _preview(company: Company) -> PartnerRecord | AwaitingActivation:
    if company.is_member and company.membership and company.declared:
        return partner_record(company.declared.profile.legal_name, company.declared.profile.address, company.membership)
    return AwaitingActivation(name=company.profile.legal_name, address=company.profile.address)
