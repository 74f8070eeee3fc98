"""review, put together and run."""

from fastapi import FastAPI

from services.review.api import ROUTERS
from services.review.api.deps import Deps
from services.review.domain import case, membership
from services.review.pages import ROUTERS as PAGES
from services.review.settings import Settings
from services.review.subscriptions import SUBSCRIPTIONS
from services.review.views import memberships, queue
from shared.contracts.catalogue import load
from shared.programme import team
from shared.programme.team import KnownTeams
from shared.service import Kernel, run


def build(settings: Settings) -> FastAPI:
    kernel = Kernel("review", settings)
    reference = load()
    musts = frozenset(requirement.id for requirement in reference.requirements if requirement.level == "must")
    deps = Deps(
        cases=kernel.aggregate(case.decider(musts, settings.standard_days), indexes=queue.INDEXES, names=queue.NAMES),
        memberships=kernel.aggregate(
            membership.decider(reference.benefits),
            unique=memberships.UNIQUE,
            indexes=memberships.INDEXES,
            names=memberships.NAMES,
        ),
        teams=KnownTeams(kernel.aggregate(team.decider("review"))),
        catalogue=reference,
        journal=kernel.journal,
        intake_url=str(settings.intake_url),
        answer_days=settings.answer_days,
    )
    return kernel.app(deps=deps, subscriptions=SUBSCRIPTIONS, routers=ROUTERS, pages=PAGES)


if __name__ == "__main__":
    run("review", Settings, build)
