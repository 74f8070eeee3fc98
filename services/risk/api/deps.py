"""What the endpoints work with, and whom they admit."""

from dataclasses import dataclass
from typing import Annotated

from services.risk.domain.assessment.policy import Policy
from services.risk.views.assessments import Assessments
from shared.http.call import Call
from shared.http.guard import allow
from shared.http.state import deps
from shared.programme.roles import DECISION_OFFICER, RISK_OFFICER


@dataclass(frozen=True)
class Deps:
    """What the endpoints work with."""

    assessments: Assessments
    policies: tuple[Policy, ...]


AtDeps = Annotated[Deps, deps()]
RiskOfficer = Annotated[Call, allow(RISK_OFFICER)]
Reader = Annotated[Call, allow(RISK_OFFICER, DECISION_OFFICER)]
