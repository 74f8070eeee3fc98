"""What a company sees in its portal of its site validation, and answers to it."""

from services.site_validation.pages import findings, visits

ROUTERS = (visits.router, findings.router)
