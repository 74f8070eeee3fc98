"""Endpoints: officers plan visits, record findings and conclude; the company agrees on the day and responds."""

from services.site_validation.api import companies, findings, validations, visits

ROUTERS = (validations.router, visits.router, findings.router, companies.router)
