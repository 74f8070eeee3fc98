"""Who visits the pages of risk: whom the endpoints admit, and nobody who is a user of the company (programme 3.7)."""

from typing import Annotated

from fastapi import Depends

from services.risk.api import deps as endpoints
from shared.pages.visits import SignedVisit, signed_in
from shared.programme.roles import DECISION_OFFICER, RISK_OFFICER

ListReader = Annotated[SignedVisit, signed_in(RISK_OFFICER, DECISION_OFFICER)]
_OfRisk = Annotated[SignedVisit, signed_in(RISK_OFFICER)]


async def _reader(visit: ListReader, _: endpoints.Reader) -> SignedVisit:
    return visit


async def _weigher(visit: _OfRisk, _: endpoints.Weigher) -> SignedVisit:
    return visit


async def _risk_officer(visit: _OfRisk, _: endpoints.RiskOfficer) -> SignedVisit:
    return visit


Reader = Annotated[SignedVisit, Depends(_reader)]
Weigher = Annotated[SignedVisit, Depends(_weigher)]
RiskOfficer = Annotated[SignedVisit, Depends(_risk_officer)]
