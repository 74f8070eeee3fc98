"""What everybody may read of the programme over HTTP: its catalogue, its service standard and its notices."""

from fastapi import APIRouter

from services.intake.api.deps import AtDeps
from services.intake.views.programme import ServiceStandard, current
from shared.clock import now
from shared.contracts.catalogue import Catalogue
from shared.programme.calendar import today

router = APIRouter(tags=["programme"])


@router.get("/catalogue", summary="Requirements, documents, lines of business and texts")
async def read_catalogue(deps: AtDeps) -> Catalogue:
    """The reference data of the programme, in both languages. Public."""
    return deps.reference.catalogue


@router.get("/service-standard", summary="The service standard and its notices")
async def read_service_standard(deps: AtDeps) -> ServiceStandard:
    """In how many business days an application is decided, and the notices that stand today. Public."""
    return ServiceStandard(standard_days=deps.standard_days, notices=current(deps.reference.notices, today(now())))
