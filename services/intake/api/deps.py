"""What the endpoints work with, and whom they admit."""

from dataclasses import dataclass
from typing import Annotated

from services.intake.api.attempts import Attempts
from services.intake.views.company import Companies
from services.intake.views.dashboard import Words
from shared.http.call import Call
from shared.http.guard import allow, deps
from shared.store.files import Files

OFFICERS = frozenset({"review_officer", "risk_officer", "site_officer", "decision_officer"})


@dataclass(frozen=True)
class Deps:
    """What the endpoints work with."""

    companies: Companies
    files: Files
    words: Words
    standard_days: int
    numbers_tried: Attempts


AtDeps = Annotated[Deps, deps()]
Trader = Annotated[Call, allow("trader")]
Reader = Annotated[Call, allow(*sorted(OFFICERS), "trader")]
DecisionOfficer = Annotated[Call, allow("decision_officer")]
