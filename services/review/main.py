"""review, put together and run."""

from fastapi import FastAPI

from services.review.api import Desk, router
from services.review.catalogue import benefits
from services.review.domain import case, membership
from services.review.settings import Settings
from services.review.subscriptions import HEARS
from shared.contracts import catalogue
from shared.service import Kernel, run


def build(settings: Settings) -> FastAPI:
    kernel = Kernel("review", settings)
    requirements = catalogue.load().requirements
    musts = frozenset(requirement.id for requirement in requirements if requirement.level == "must")
    desk = Desk(
        cases=kernel.aggregate(case.decider(musts, settings.standard_days), indexes=("state.status", "state.dossier.assignee")),
        memberships=kernel.aggregate(membership.decider(benefits()), unique=(("state.term.pip_id", "pip_id_taken"),)),
        requirements=requirements,
        benefits=benefits(),
        intake_url=str(settings.intake_url),
    )
    return kernel.app(desk=desk, hears=HEARS, routers=(router,))


if __name__ == "__main__":
    run("review", Settings, build)
