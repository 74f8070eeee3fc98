"""Everything that happened in a validation."""

from uuid import UUID

from fastapi.responses import Response

from services.site_validation.api.deps import AtDeps
from services.site_validation.api.validations import read_validation
from services.site_validation.pages.deps import Reader
from services.site_validation.views.history import history
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("validation_history")
async def show_history(application_id: UUID, visit: Reader, deps: AtDeps) -> Response:
    """Raises Refused("not_found")."""
    return visit.show(
        "validation_history.html",
        validation=await read_validation(application_id, visit.call, deps),
        happened=await history(deps.validations, deps.journal, application_id, visit.call.caller.subject),
    )
