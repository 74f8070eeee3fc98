"""Who visits the pages of site validation: officers of other companies, and a company's own people."""

from typing import Annotated
from uuid import UUID

from services.site_validation.api.deps import Deps, of_validation
from services.site_validation.domain.validation.rights import MAY_ACT, MAY_READ
from shared.pages.visits import SignedVisit, signed_in, visiting
from shared.programme.impartial import acting, reading
from shared.programme.roles import DECISION_OFFICER, SITE_OFFICER, TRADER
from shared.programme.team import Team, admit

ListReader = Annotated[SignedVisit, signed_in(SITE_OFFICER, DECISION_OFFICER)]
Reader = Annotated[SignedVisit, visiting(reading(of_validation, SITE_OFFICER, DECISION_OFFICER))]
SiteOfficer = Annotated[SignedVisit, visiting(acting(of_validation, SITE_OFFICER))]
DecisionOfficer = Annotated[SignedVisit, visiting(acting(of_validation, DECISION_OFFICER))]
Trader = Annotated[SignedVisit, signed_in(TRADER)]


def acts_as(visit: SignedVisit, role: str) -> bool:
    """Whether the visitor has this role."""
    return role in visit.call.caller.roles


async def may_act(company_id: UUID, visit: SignedVisit, deps: Deps) -> bool:
    """Whether the visitor arranges visits and responds to findings. Raises Refused("not_found") to strangers."""
    team, subject = await deps.teams.find(company_id) or Team(), visit.call.actor.subject
    admit(team, subject, MAY_READ)
    return team.role_of(subject) in MAY_ACT
