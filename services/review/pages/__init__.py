"""The officers' console: the queue, every room of a case, and the members."""

from services.review.pages import case

ROUTERS = (case.router,)
