"""site_validation, put together and run."""

from fastapi import FastAPI

from services.site_validation.api import ROUTERS
from services.site_validation.api.deps import Deps
from services.site_validation.domain import validation
from services.site_validation.pages import ROUTERS as PAGES
from services.site_validation.settings import Settings
from services.site_validation.subscriptions import SUBSCRIPTIONS
from services.site_validation.views.validations import INDEXES, NAMES
from shared.contracts import catalogue
from shared.programme.team import KnownTeams
from shared.service import Kernel, run


def build(settings: Settings) -> FastAPI:
    kernel = Kernel("site_validation", settings)
    deps = Deps(
        validations=kernel.aggregate(validation.decider(), indexes=INDEXES, names=NAMES),
        teams=KnownTeams.both(kernel.aggregate, "site_validation"),
        journal=kernel.journal,
        catalogue=catalogue.load(),
        intake_url=str(settings.intake_url),
        action_days=settings.action_days,
    )
    return kernel.app(deps=deps, subscriptions=SUBSCRIPTIONS, routers=ROUTERS, pages=PAGES)


if __name__ == "__main__":
    run("site_validation", Settings, build)
