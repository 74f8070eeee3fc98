"""What the endpoints work with, and whom they admit."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from services.site_validation.views.validations import COMPANY, Validations
from shared.contracts.catalogue import Catalogue
from shared.http.call import Call
from shared.http.guard import allow
from shared.http.state import deps
from shared.programme.impartial import acting, reading
from shared.programme.roles import DECISION_OFFICER, SITE_OFFICER, TRADER
from shared.programme.team import KnownTeams
from shared.store.journal import Journal


@dataclass(frozen=True)
class Deps:
    """What the endpoints work with."""

    validations: Validations
    teams: KnownTeams
    journal: Journal
    catalogue: Catalogue
    intake_url: str
    action_days: int


AtDeps = Annotated[Deps, deps()]


async def of_validation(application_id: UUID, deps: AtDeps) -> UUID:
    """The company that a validation is about. Raises Refused("not_found")."""
    return UUID(await deps.validations.stored(str(application_id), COMPANY))


ListReader = Annotated[Call, allow(SITE_OFFICER, DECISION_OFFICER)]
Reader = Annotated[Call, reading(of_validation, SITE_OFFICER, DECISION_OFFICER)]
SiteOfficer = Annotated[Call, acting(of_validation, SITE_OFFICER)]
DecisionOfficer = Annotated[Call, acting(of_validation, DECISION_OFFICER)]
Trader = Annotated[Call, allow(TRADER)]
