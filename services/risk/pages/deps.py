"""Officers who visit the pages of risk: an assessment only as its endpoints admit them."""

from typing import Annotated

from services.risk.api.deps import of_assessment
from shared.pages.visits import SignedVisit, signed_in, visiting
from shared.programme.impartial import acting, reading
from shared.programme.roles import DECISION_OFFICER, RISK_OFFICER

ListReader = Annotated[SignedVisit, signed_in(RISK_OFFICER, DECISION_OFFICER)]
Reader = Annotated[SignedVisit, visiting(reading(of_assessment, RISK_OFFICER, DECISION_OFFICER))]
Weigher = Annotated[SignedVisit, visiting(reading(of_assessment, RISK_OFFICER))]
RiskOfficer = Annotated[SignedVisit, visiting(acting(of_assessment, RISK_OFFICER))]
