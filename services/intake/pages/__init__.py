"""The company's portal, page by page: each shows a view, and sends its forms where the endpoints are."""

from services.intake.pages import overview, profile, public

ROUTERS = (public.router, overview.router, profile.router)
