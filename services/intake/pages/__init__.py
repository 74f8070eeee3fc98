"""The company's portal, page by page: each shows a view, and sends its forms where the endpoints are."""

from services.intake.pages import contact, history, numbers, overview, people, profile, register, welcome

ROUTERS = (
    welcome.router,
    register.router,
    overview.router,
    history.router,
    profile.router,
    contact.router,
    numbers.router,
    people.router,
)
