"""What the endpoints work with, and whom they admit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from services.risk.domain.assessment.policy import Policy
from services.risk.views.assessments import COMPANY, Assessments
from shared.contracts.types import LineOfBusiness
from shared.http.call import Call
from shared.http.guard import allow
from shared.http.state import deps
from shared.i18n import Text
from shared.programme.impartial import acting, reading
from shared.programme.roles import DECISION_OFFICER, RISK_OFFICER
from shared.programme.team import KnownTeams
from shared.store.journal import Journal


@dataclass(frozen=True)
class Deps:
    """What the endpoints work with."""

    assessments: Assessments
    teams: KnownTeams
    policies: tuple[Policy, ...]
    journal: Journal
    lines: Mapping[LineOfBusiness, Text]


AtDeps = Annotated[Deps, deps()]


async def of_assessment(application_id: UUID, deps: AtDeps) -> UUID:
    return UUID(await deps.assessments.stored(str(application_id), COMPANY))


ListReader = Annotated[Call, allow(RISK_OFFICER, DECISION_OFFICER)]
Reader = Annotated[Call, reading(of_assessment, RISK_OFFICER, DECISION_OFFICER)]
Weigher = Annotated[Call, reading(of_assessment, RISK_OFFICER)]
RiskOfficer = Annotated[Call, acting(of_assessment, RISK_OFFICER)]
