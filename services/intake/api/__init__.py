"""The trader's endpoints: prepare, submit and follow an application, consent; and the public data of the programme."""

from services.intake.api import application, company, consents, dashboard, documents, people, programme

ROUTERS = (
    company.router,
    dashboard.router,
    people.router,
    application.router,
    documents.router,
    consents.router,
    programme.router,
)
