"""mra_exchange, put together and run."""

from fastapi import FastAPI

from services.mra_exchange.api import ROUTERS
from services.mra_exchange.api.deps import Deps
from services.mra_exchange.domain import disclosure
from services.mra_exchange.pages import ROUTERS as PAGES
from services.mra_exchange.settings import Settings
from services.mra_exchange.subscriptions import SUBSCRIPTIONS
from services.mra_exchange.views.log import LogCatalogue
from services.mra_exchange.views.members import INDEXES
from shared.contracts.catalogue import load
from shared.programme.roles import OPERATOR, PARTNER
from shared.programme.team import KnownTeams
from shared.service import Kernel, run


def build(settings: Settings) -> FastAPI:
    kernel = Kernel("mra_exchange", settings, session_roles=frozenset({PARTNER, OPERATOR}))
    catalogue = load()
    deps = Deps(
        disclosures=kernel.aggregate(disclosure.decider(catalogue), indexes=INDEXES),
        teams=KnownTeams.both(kernel.aggregate, "mra_exchange"),
        journal=kernel.journal,
        catalogue=LogCatalogue.of(catalogue),
        partner_kafka=settings.partner_kafka,
    )

    async def settle_anew() -> None:
        """Wakes disclosures that were decided under another catalogue, as old instances may still do."""
        await kernel.make_due("disclosures", {"state.catalogue_version": {"$ne": catalogue.version}})

    return kernel.app(
        deps=deps, subscriptions=SUBSCRIPTIONS, routers=ROUTERS, pages=PAGES, regularly={"catalogue": settle_anew}
    )


if __name__ == "__main__":
    run("mra_exchange", Settings, build)
