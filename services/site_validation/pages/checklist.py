"""What to look at in one division: the requirements with what the company has answered, for the screen and on paper."""

from uuid import UUID

from fastapi.responses import Response

from services.site_validation.api.deps import AtDeps
from services.site_validation.pages.deps import Reader
from services.site_validation.pages.dossier import Dossier
from services.site_validation.views.checklist import by_area, checks_of
from shared.pages.forms import Filled
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("checklist")
async def show_checklist(application_id: UUID, division_id: UUID, visit: Reader, deps: AtDeps) -> Response:
    """Raises Refused("not_found")."""
    dossier = Dossier(application_id, visit, deps)
    validation = await dossier.validation()
    division = validation.division(division_id)
    areas = by_area(checks_of(validation, division))
    return dossier.show("checklist.html", validation, Filled(), division=division, areas=areas)
