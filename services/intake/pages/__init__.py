"""The company's portal, page by page: each shows a view, and sends its forms where the endpoints are."""

from services.intake.pages import application, documents, overview, profile, public, requirement, security

ROUTERS = (
    public.router,
    overview.router,
    profile.router,
    application.router,
    security.router,
    requirement.router,
    documents.router,
)
