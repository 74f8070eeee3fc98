"""Completion: the four sections of the dashboard, and the documents beside them (programme 1.4)."""

from datetime import date

from services.intake.domain.company import divisions, documents, eligibility, profile, users
from services.intake.domain.company.section import Missing, Section
from services.intake.domain.company.state import Company
from shared.contracts.catalogue import Catalogue
from shared.model import Model


class Completion(Model):
    company_profile: Section
    users: Section
    application_profile: Section
    security_profile: Section
    documents: Section

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Everything that is missing, in the order of the dashboard."""
        sections = (self.company_profile, self.users, self.application_profile, self.security_profile, self.documents)
        return tuple(missing for section in sections for missing in section.missing)


def completion(company: Company, catalogue: Catalogue, day: date) -> Completion:
    return Completion(
        company_profile=profile.section(company.profile),
        users=users.section(company),
        application_profile=eligibility.section(company, catalogue),
        security_profile=divisions.section(company, catalogue),
        documents=documents.section(company, catalogue, day),
    )
