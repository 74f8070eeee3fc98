"""The officers' endpoints: judge an application, decide on it, and look after the membership that it led to."""

from services.review.api import cases, memberships

ROUTERS = (cases.router, memberships.router)
