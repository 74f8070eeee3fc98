"""The officers' console: the queue, every room of a case, and the members."""

from services.review.pages import case, decision, member, memberships

ROUTERS = (case.router, decision.router, memberships.router, member.router)
