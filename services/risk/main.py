"""risk, put together and run."""

from fastapi import FastAPI

from services.risk.api import ROUTERS
from services.risk.api.deps import Deps
from services.risk.catalogue import policies
from services.risk.domain import assessment
from services.risk.pages import ROUTERS as PAGES
from services.risk.settings import Settings
from services.risk.subscriptions import SUBSCRIPTIONS
from services.risk.views.assessments import INDEXES, NAMES
from shared.contracts import catalogue
from shared.programme import team
from shared.programme.team import KnownTeams
from shared.service import Kernel, run


def build(settings: Settings) -> FastAPI:
    kernel = Kernel("risk", settings)
    programme = catalogue.load()
    recommended = frozenset(requirement.id for requirement in programme.requirements if requirement.level == "should")
    decider = assessment.decider(policies(), recommended)
    deps = Deps(
        assessments=kernel.aggregate(decider, indexes=INDEXES, names=NAMES),
        teams=KnownTeams(kernel.aggregate(team.decider("risk"))),
        policies=policies(),
        journal=kernel.journal,
        lines={line.id: line.name for line in programme.lines_of_business},
    )
    return kernel.app(deps=deps, subscriptions=SUBSCRIPTIONS, routers=ROUTERS, pages=PAGES)


if __name__ == "__main__":
    run("risk", Settings, build)
