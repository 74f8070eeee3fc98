"""What has changed for a foreign administration, the latest first."""

from fastapi.responses import Response
from pydantic import AwareDatetime

from services.mra_exchange.api.deps import AtDeps, administration_of
from services.mra_exchange.pages.deps import Partner
from services.mra_exchange.views.changes import ENDS_KEPT, latest_changes
from shared.pages.visits import PageRouter

PAGE = 50
router = PageRouter()


@router.page("feed_changes")
async def show_changes(visit: Partner, deps: AtDeps, before: AwareDatetime | None = None) -> Response:
    administration = administration_of(visit.call)
    latest = await latest_changes(deps.disclosures, administration, visit.call.at, before, PAGE)
    return visit.show("feed_changes.html", labels=deps.catalogue.labels, latest=latest, days=ENDS_KEPT.days)
