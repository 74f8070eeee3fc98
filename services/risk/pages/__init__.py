"""What officers of risk see in the console: the queue, one assessment, and what another policy would make of it."""

from services.risk.pages import assessments, policies, queue

ROUTERS = (queue.router, assessments.router, policies.router)
