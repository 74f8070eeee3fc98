"""risk, put together and run."""

from fastapi import FastAPI

from services.risk.api import ROUTERS
from services.risk.api.deps import Deps
from services.risk.catalogue import policies
from services.risk.domain import assessment
from services.risk.settings import Settings
from services.risk.subscriptions import SUBSCRIPTIONS
from services.risk.views.assessments import INDEXES
from shared.contracts import catalogue
from shared.programme import team
from shared.programme.team import KnownTeams
from shared.service import Kernel, run


def build(settings: Settings) -> FastAPI:
    kernel = Kernel("risk", settings)
    recommended = frozenset(
        requirement.id for requirement in catalogue.load().requirements if requirement.level == "should"
    )
    deps = Deps(
        assessments=kernel.aggregate(assessment.decider(policies(), recommended), indexes=INDEXES),
        teams=KnownTeams(kernel.aggregate(team.decider("risk"))),
        policies=policies(),
    )
    return kernel.app(deps=deps, subscriptions=SUBSCRIPTIONS, routers=ROUTERS)


if __name__ == "__main__":
    run("risk", Settings, build)
