"""intake, put together and run."""

from fastapi import FastAPI

from services.intake.api import ROUTERS
from services.intake.api.attempts import Limits, NumberAttempts
from services.intake.api.deps import Deps
from services.intake.api.uploads import Uploads
from services.intake.domain import company
from services.intake.pages import ROUTERS as PAGES
from services.intake.settings import Settings
from services.intake.subscriptions import SUBSCRIPTIONS
from services.intake.views import company as views
from services.intake.views.dashboard import reference_data
from shared.contracts.topics import limit_of
from shared.service import Kernel, run


def build(settings: Settings) -> FastAPI:
    kernel, reference = Kernel("intake", settings), reference_data()
    decider = company.decider(reference.catalogue, limit_of("pip.application"), settings.offer_days)
    companies = kernel.aggregate(decider, unique=views.UNIQUE, indexes=views.INDEXES)
    limits = Limits(settings.foreign_numbers_a_day, settings.registrations_a_day)
    deps = Deps(
        companies=companies,
        files=kernel.files,
        journal=kernel.journal,
        uploads=Uploads(companies, kernel.files, settings.uploads_at_once),
        reference=reference,
        standard_days=settings.standard_days,
        numbers=NumberAttempts(companies, kernel.attempts(), limits),
    )
    regularly = deps.regularly()
    return kernel.app(deps=deps, subscriptions=SUBSCRIPTIONS, routers=ROUTERS, pages=PAGES, regularly=regularly)


if __name__ == "__main__":
    run("intake", Settings, build)
