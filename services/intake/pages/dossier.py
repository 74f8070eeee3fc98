"""A company's dossier, its answers and documents, as one of its people works on it in a browser."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.responses import HTMLResponse

from services.intake.api.deps import AtDeps, Deps
from services.intake.domain.company import Company
from services.intake.pages.deps import Trader
from services.intake.views.company import company_of, may_edit
from shared.contracts.catalogue import Catalogue
from shared.pages.fields import Given
from shared.pages.forms import Filled
from shared.pages.stale import Standing
from shared.pages.visits import SignedVisit
from shared.programme.calendar import today
from shared.programme.geography import country_names, in_order


@dataclass(frozen=True)
class Dossier:
    """Whose dossier it is, and who visits it."""

    company_id: UUID
    visit: SignedVisit
    deps: Deps

    @property
    def catalogue(self) -> Catalogue:
        return self.deps.reference.catalogue

    async def company(self) -> Company:
        """The company as it stands now. Raises Refused("not_found")."""
        return (await self._read())[0]

    def standing(self, fields: Callable[[Company], Given]) -> Callable[[], Awaitable[Standing]]:
        """Reads what stands in the fields of a form that replaces it."""

        async def read() -> Standing:
            company, sequence = await self._read()
            return Standing(fields(company), sequence)

        return read

    async def _read(self) -> tuple[Company, int]:
        return await company_of(self.deps.companies, self.company_id, self.visit.call.caller.subject)

    def show(self, template: str, company: Company, form: Filled, **shown: object) -> HTMLResponse:
        """The page with its form, and what all pages of the dossier show."""
        return self.visit.show(
            template,
            form.status,
            form=form,
            may_edit=may_edit(company, self.visit.call.caller.subject),
            catalogue=self.catalogue,
            countries=dict(in_order(country_names(), self.visit.language)),
            today=today(self.visit.call.at),
            **shown,
        )


async def _dossier(company_id: UUID, visit: Trader, deps: AtDeps) -> Dossier:
    return Dossier(company_id, visit, deps)


AtDossier = Annotated[Dossier, Depends(_dossier)]
