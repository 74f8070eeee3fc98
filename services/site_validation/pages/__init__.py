"""The console of site officers, and what a company sees in its portal of its own site validation."""

from services.site_validation.pages import (
    calendar,
    checklist,
    concluding,
    findings,
    history,
    site_findings,
    site_visits,
    validations,
    visits,
)

ROUTERS = (
    calendar.router,
    validations.router,
    site_visits.router,
    checklist.router,
    site_findings.router,
    concluding.router,
    history.router,
    visits.router,
    findings.router,
)
