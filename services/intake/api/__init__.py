"""The trader's endpoints: prepare, submit and follow an application, consent; and the public data of the programme."""

from services.intake.api import (
    application,
    company,
    consents,
    dashboard,
    divisions,
    documents,
    eligibility,
    people,
    programme,
)

ROUTERS = (
    company.router,
    dashboard.router,
    people.router,
    eligibility.router,
    divisions.router,
    application.router,
    documents.router,
    consents.router,
    programme.router,
)
