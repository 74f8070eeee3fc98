"""Who visits the pages of site validation: officers of other companies, and a company's own people."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends

from services.site_validation.api.deps import Deps, of_validation
from services.site_validation.domain.validation.rights import MAY_ACT, MAY_READ
from shared.http.call import Call
from shared.pages.visits import SignedVisit, signed_in
from shared.programme.impartial import acting, reading
from shared.programme.roles import DECISION_OFFICER, SITE_OFFICER, TRADER
from shared.programme.team import Team, admit


def _impartial(guard: Any, *roles: str) -> Any:
    """A dependency of a page about one validation, guarded as the endpoints about it are."""

    async def visited(
        visit: Annotated[SignedVisit, signed_in(*roles)], _: Annotated[Call, guard(of_validation, *roles)]
    ) -> SignedVisit:
        return visit

    return Depends(visited)


ListReader = Annotated[SignedVisit, signed_in(SITE_OFFICER, DECISION_OFFICER)]
Reader = Annotated[SignedVisit, _impartial(reading, SITE_OFFICER, DECISION_OFFICER)]
SiteOfficer = Annotated[SignedVisit, _impartial(acting, SITE_OFFICER)]
DecisionOfficer = Annotated[SignedVisit, _impartial(acting, DECISION_OFFICER)]
Trader = Annotated[SignedVisit, signed_in(TRADER)]


def acts_as(visit: SignedVisit, role: str) -> bool:
    """Whether the visitor has this role."""
    return role in visit.call.caller.roles


async def may_act(company_id: UUID, visit: SignedVisit, deps: Deps) -> bool:
    """Whether the visitor arranges visits and responds to findings. Raises Refused("not_found") to strangers."""
    team, subject = await deps.teams.find(company_id) or Team(), visit.call.actor.subject
    admit(team, subject, MAY_READ)
    return team.role_of(subject) in MAY_ACT
