"""Who visits the pages of site validation, and whether that person answers for the company."""

from typing import Annotated
from uuid import UUID

from services.site_validation.api.deps import Deps
from services.site_validation.domain.validation.rights import MAY_ACT, MAY_READ
from shared.pages.visits import SignedVisit, signed_in
from shared.programme.roles import TRADER
from shared.programme.team import Team, admit

Trader = Annotated[SignedVisit, signed_in(TRADER)]


async def may_act(company_id: UUID, visit: SignedVisit, deps: Deps) -> bool:
    """Whether the visitor arranges visits and responds to findings. Raises Refused("not_found") to strangers."""
    team, subject = await deps.teams.find(company_id) or Team(), visit.call.actor.subject
    admit(team, subject, MAY_READ)
    return team.role_of(subject) in MAY_ACT
