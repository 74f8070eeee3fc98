"""What the endpoints work with, and whom they admit."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from services.intake.api.announcing import announce_all
from services.intake.api.attempts import NumberAttempts
from services.intake.api.uploads import Uploads
from services.intake.views.company import Companies
from services.intake.views.dashboard import ReferenceData
from shared.http.call import Call
from shared.http.guard import allow
from shared.http.state import deps
from shared.programme.roles import DECISION_OFFICER, OFFICERS, TRADER
from shared.store.files import Files
from shared.store.journal import Journal
from shared.tasks import Task


@dataclass(frozen=True)
class Deps:
    """What the endpoints work with."""

    companies: Companies
    files: Files
    journal: Journal
    uploads: Uploads
    reference: ReferenceData
    standard_days: int
    numbers: NumberAttempts

    def regularly(self) -> Mapping[str, Task]:
        """What runs every minute."""
        return {"uploads": self.uploads.tidy, "announcements": partial(announce_all, self.companies)}


AtDeps = Annotated[Deps, deps()]
Trader = Annotated[Call, allow(TRADER)]
Reader = Annotated[Call, allow(*OFFICERS, TRADER)]
DecisionOfficer = Annotated[Call, allow(DECISION_OFFICER)]
