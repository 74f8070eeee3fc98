"""One invented company's life through a deployment's HTTP APIs, from registration to membership, while services die."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from uuid import uuid4

import httpx

from deploy.demo import officers
from deploy.demo.cast import Cast, Json, until
from deploy.demo.company import Company
from deploy.demo.lives import Firm, lives
from deploy.local.deployment import Deployment

INFORMED = "US"
PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.1
READS = {"GET", "HEAD"}


class Patient(httpx.AsyncBaseTransport):
    """Asks again until a service answers; what changes something is asked under one key, so that it happens once.

    `team_unknown`: how often the users of a company were not known yet, as long as intake of before runs.
    """

    def __init__(self) -> None:
        self.team_unknown = 0
        self._transport = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method not in READS:
            request.headers.setdefault("Idempotency-Key", str(uuid4()))
        deadline = monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = await self._transport.handle_async_request(request)
                await answer.aread()
                unknown = b'"team_unknown"' in answer.content
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or (monotonic() > deadline and not unknown):
                    return answer
                self.team_unknown += unknown
                await answer.aclose()
                request.headers["Connection"] = "close"  # the next one may be to another replica
            except httpx.TransportError:
                if monotonic() > deadline:
                    raise
            await asyncio.sleep(PAUSE_SECONDS)

    async def aclose(self) -> None:
        await self._transport.aclose()


@asynccontextmanager
async def patient_cast(deployment: Deployment) -> AsyncIterator[Cast]:
    async with httpx.AsyncClient(transport=Patient(), timeout=30) as http:
        yield Cast(http, deployment)


def carrier(legal_name: str, business_number: str) -> Firm:
    """The highway carrier of the demo under another name and number."""
    return lives()[0].firm.model_copy(update={"legal_name": legal_name, "business_number": business_number})


async def live(cast: Cast, firm: Firm) -> Company:
    """Registers, applies, is reviewed, visited and approved; the company as soon as it is a member."""
    company = await _applied(cast, firm)
    reviewer, visitor, decider = (cast.officer(role) for role in ("review_officer", "site_officer", "decision_officer"))
    application_id = (await officers.queued(reviewer, firm.business_number))["application_id"]
    await officers.take(reviewer, application_id)
    await officers.judge(reviewer, application_id)
    await officers.conclude(reviewer, application_id)
    visit_id = await officers.plan_visit(visitor, application_id)
    await company.confirm_visit(visit_id)
    await officers.hold_visit(visitor, application_id, visit_id)
    await officers.pass_validation(visitor, application_id)
    await officers.approve(decider, application_id)

    async def active() -> Json:
        return ((await company.dashboard())["membership"] or {}).get("status") == "active" or None

    await until(active, f"the membership of {firm.legal_name}")
    return company


async def _applied(cast: Cast, firm: Firm) -> Company:
    owner, proxy, full = (cast.trader(f"{role} of {firm.legal_name}") for role in ("Owner", "Proxy", "Assistant"))
    company = await Company.registered(firm, owner)
    catalogue = await owner.get("intake", "/catalogue")
    await company.add_people(proxy, full)
    await company.answer_about_itself(catalogue)
    await company.add_divisions(catalogue, await company.upload_documents(catalogue))
    await company.consent(INFORMED, (await company.consents())["text"]["version"])
    await company.submit(catalogue)
    return company
