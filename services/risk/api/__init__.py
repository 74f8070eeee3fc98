"""The officers' endpoints: see what is referred and why, decide it, and try another version of the policy on it."""

from services.risk.api import assessments, policies

ROUTERS = (assessments.router, policies.router)
