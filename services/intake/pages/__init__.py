"""The company's portal, page by page: each shows a view, and sends its forms where the endpoints are."""

from services.intake.pages import overview, profile

ROUTERS = (overview.router, profile.router)
