"""What the endpoints work with, and whom they admit."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from services.review.views.memberships import Memberships
from services.review.views.queue import COMPANY, Cases
from shared.contracts.catalogue import Catalogue
from shared.http.call import Call
from shared.http.guard import allow
from shared.http.state import deps
from shared.programme.impartial import acting, reading
from shared.programme.roles import DECISION_OFFICER, OFFICERS, REVIEW_OFFICER
from shared.programme.team import KnownTeams
from shared.store.journal import Journal


@dataclass(frozen=True)
class Deps:
    """What the endpoints work with."""

    cases: Cases
    memberships: Memberships
    teams: KnownTeams
    catalogue: Catalogue
    journal: Journal
    intake_url: str
    answer_days: int


AtDeps = Annotated[Deps, deps()]


async def of_case(application_id: UUID, deps: AtDeps) -> UUID:
    """The company whose case it is. Raises Refused("not_found")."""
    return UUID(await deps.cases.stored(str(application_id), COMPANY))


async def of_membership(company_id: UUID, deps: AtDeps) -> UUID:
    """A company that is known here, though it may never have been a member. Raises Refused("not_found")."""
    if await deps.teams.find(company_id) is None:
        await deps.memberships.stored(str(company_id), "_id")
    return company_id


ListReader = Annotated[Call, allow(*OFFICERS)]
CaseReader = Annotated[Call, reading(of_case, *OFFICERS)]
CaseReviewer = Annotated[Call, acting(of_case, REVIEW_OFFICER)]
CaseDecider = Annotated[Call, acting(of_case, DECISION_OFFICER)]
MembershipReader = Annotated[Call, reading(of_membership, *OFFICERS)]
MembershipDecider = Annotated[Call, acting(of_membership, DECISION_OFFICER)]
