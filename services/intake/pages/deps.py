"""Who visits the pages of intake."""

from typing import Annotated

from shared.pages.visits import SignedVisit, Visit, open_to_all, signed_in
from shared.programme.roles import DECISION_OFFICER, TRADER

Anybody = Annotated[Visit, open_to_all()]
Trader = Annotated[SignedVisit, signed_in(TRADER)]
DecisionOfficer = Annotated[SignedVisit, signed_in(DECISION_OFFICER)]
