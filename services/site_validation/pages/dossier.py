"""What an officer takes to the site, as the pages about one validation read and show it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi.responses import HTMLResponse

from services.site_validation.api.deps import Deps
from services.site_validation.api.validations import read_validation
from services.site_validation.pages.deps import acts_as
from services.site_validation.views.validations import ValidationView
from shared.errors import Refused
from shared.pages.forms import Filled
from shared.pages.visits import SignedVisit
from shared.programme.calendar import today
from shared.programme.roles import SITE_OFFICER


@dataclass(frozen=True)
class Dossier:
    """A validation that an officer has opened."""

    application_id: UUID
    visit: SignedVisit
    deps: Deps

    @property
    def today(self) -> date:
        return today(self.visit.call.at)

    async def validation(self) -> ValidationView:
        """Raises Refused("not_found") before it is open, and once it is closed."""
        validation = await read_validation(self.application_id, self.visit.call, self.deps)
        if not isinstance(validation, ValidationView):
            raise Refused("not_found")
        return validation

    def show(self, template: str, validation: ValidationView, form: Filled, **shown: object) -> HTMLResponse:
        return self.visit.show(
            template,
            form.status,
            validation=validation,
            form=form,
            may_act=validation.status == "open" and acts_as(self.visit, SITE_OFFICER),
            today=self.today,
            catalogue=self.deps.catalogue,
            names={division.division_id: division.name for division in validation.divisions},
            **shown,
        )
