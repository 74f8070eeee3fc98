"""The people of a company as an officer reads them who recovers its ownership: no more than that takes."""

from dataclasses import dataclass
from uuid import UUID

from services.intake.domain.company import Company
from services.intake.domain.company.state import Offer, Recovery, User
from services.intake.views.company import Companies
from services.intake.views.people import owner_of
from shared.contracts.types import Name
from shared.errors import Refused


@dataclass(frozen=True)
class Ownership:
    """Who owns the account now, and who of the other users may own it next."""

    company_id: UUID
    legal_name: Name
    owner: User
    others: tuple[User, ...]
    offer: Offer | None
    recovery: Recovery | None


async def ownership_of(companies: Companies, company_id: UUID, officer: str) -> Ownership:
    """Raises Refused: "not_found", or "not_impartial" to one of the company's own people (programme 3.7)."""
    company = (await companies.read(str(company_id))).state
    if not isinstance(company, Company):
        raise Refused("not_found")
    if company.role_of(officer):
        raise Refused("not_impartial")
    owner = owner_of(company)
    return Ownership(
        company_id=company_id,
        legal_name=company.profile.legal_name,
        owner=owner,
        others=tuple(user for user in company.users if user != owner),
        offer=company.offer,
        recovery=company.recovery,
    )
