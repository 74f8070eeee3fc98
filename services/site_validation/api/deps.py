"""What the endpoints work with, and whom they admit."""

from dataclasses import dataclass
from typing import Annotated

from services.site_validation.views.validations import Validations
from shared.contracts.catalogue import Requirement
from shared.http.call import Call
from shared.http.guard import allow
from shared.http.state import deps
from shared.programme.roles import DECISION_OFFICER, SITE_OFFICER, TRADER
from shared.programme.team import Teams


@dataclass(frozen=True)
class Deps:
    """What the endpoints work with."""

    validations: Validations
    teams: Teams
    requirements: tuple[Requirement, ...]
    intake_url: str
    action_days: int


AtDeps = Annotated[Deps, deps()]
SiteOfficer = Annotated[Call, allow(SITE_OFFICER)]
DecisionOfficer = Annotated[Call, allow(DECISION_OFFICER)]
Reader = Annotated[Call, allow(SITE_OFFICER, DECISION_OFFICER)]
Trader = Annotated[Call, allow(TRADER)]
