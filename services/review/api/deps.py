"""What the endpoints work with, and whom they admit."""

from dataclasses import dataclass
from typing import Annotated

from services.review.views.cases import Cases
from services.review.views.memberships import Memberships
from shared.contracts.catalogue import Catalogue
from shared.http.call import Call
from shared.http.guard import allow
from shared.http.state import deps
from shared.programme.roles import DECISION_OFFICER, OFFICERS, REVIEW_OFFICER


@dataclass(frozen=True)
class Deps:
    """What the endpoints work with."""

    cases: Cases
    memberships: Memberships
    catalogue: Catalogue
    intake_url: str
    answer_days: int


AtDeps = Annotated[Deps, deps()]
ReviewOfficer = Annotated[Call, allow(REVIEW_OFFICER)]
DecisionOfficer = Annotated[Call, allow(DECISION_OFFICER)]
Reader = Annotated[Call, allow(*OFFICERS)]
