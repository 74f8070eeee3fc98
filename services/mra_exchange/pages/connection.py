"""How a foreign administration connects its own systems: to its topic on Kafka, or to the feed by HTTP."""

from fastapi.responses import Response

from services.mra_exchange.api.deps import AtDeps, administration_of
from services.mra_exchange.pages.deps import Partner
from services.mra_exchange.views.changes import ENDS_KEPT
from shared.bus.access import PARTNER_GROUPS, PARTNERS_MECHANISM
from shared.contracts.topics import topic
from shared.http.prefix import prefix_of
from shared.http.state import ServiceState
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("feed_connection")
async def show_connection(visit: Partner, deps: AtDeps) -> Response:
    user = f"partner.{administration_of(visit.call).lower()}"
    sessions = ServiceState.of(visit.http.app).sessions
    return visit.show(
        "feed_connection.html",
        kafka=deps.partner_kafka,
        mechanism=PARTNERS_MECHANISM,
        user=user,
        topic=topic(f"pip.{user}").name,
        groups=[f"{user}.{group}" for group in PARTNER_GROUPS],
        api=f"{sessions.origin if sessions else ''}{prefix_of('mra_exchange')}",
        days=ENDS_KEPT.days,
    )
