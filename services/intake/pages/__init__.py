"""The company's portal, page by page: each shows a view, and sends its forms where the endpoints are."""

from services.intake.pages import (
    application,
    contact,
    documents,
    history,
    numbers,
    overview,
    people,
    profile,
    public,
    register,
    requirement,
    security,
    welcome,
)

ROUTERS = (
    public.router,
    welcome.router,
    register.router,
    overview.router,
    history.router,
    profile.router,
    contact.router,
    numbers.router,
    people.router,
    application.router,
    security.router,
    requirement.router,
    documents.router,
)
