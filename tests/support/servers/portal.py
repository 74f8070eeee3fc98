"""The portal as people see it: each service with pages at work, with companies in several stages, and every page."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import uuid4

from httpx import URL

from shared.i18n import Language
from shared.operations.pages import router as operators_router
from shared.pages.addresses import LANGUAGES, Address, addresses
from shared.programme.roles import TRADER
from tests.support.builders.applicant import CATALOGUE, Applicant, completed, joined, signed, submitted
from tests.support.builders.review_messages import QUESTION, returned
from tests.support.builders.settling import settle
from tests.support.builders.worklist import in_hand, to_be_decided
from tests.support.servers.backing import Broker
from tests.support.servers.browser import Browser, signed_in, speaking_for
from tests.support.servers.parking import park
from tests.support.servers.served import ROLES, Person, Served, application_of, at_work
from tests.support.servers.serving import Issuer
from tests.support.source import SERVICES

Ids = Mapping[str, str]
OF_EVERY_STAGE = {"overview", "submit", "submissions", "withdraw", "case_decision"}
KINDS = (
    "start",
    "help",
    "welcome",
    "register",
    "overview-preparing",
    "overview-submitted",
    "numbers",
    "people",
    "question",
    "requirement",
    "documents",
    "upload",
    "administration",
    "submit-preparing",
    "submit-ready",
    "comparison",
    "reply",
    "visits",
    "finding",
    "sharing_log",
    "recovery_of",
    "cases",
    "case",
    "case_answer",
    "case_document",
    "case_decision-pending",
    "members",
    "assessment",
    "validations",
    "checklist",
    "site_finding",
    "review_operations",
    "review_operations_parked",
    "review_operations_life",
    "feed",
    "feed_member",
)  # one page of each kind


@dataclass(frozen=True)
class Spot:
    """One page in one language, as somebody who may see it opens it: `cookie` holds the session."""

    name: str
    language: Language
    url: str
    cookie: str

    def __str__(self) -> str:
        return f"{self.name}-{self.language}"

    @property
    def is_one_of_its_kind(self) -> bool:
        return self.name in KINDS


@dataclass(frozen=True)
class Guest:
    """Somebody who may see what these ids name; `stage` says how far the company is."""

    stage: str
    browser: Browser
    ids: Ids

    async def spot(self, address: Address, language: Language) -> Spot | None:
        """The page, if there is one for this company; a file is none."""
        try:
            path = address.path(language, **self.ids)
        except KeyError:
            return None
        asked = {"name": self.ids["company_id"]} if address.name.endswith("_operations_life") else {}
        page = await self.browser.opens(str(URL(path, params=asked)))
        assert page.status < 500, path
        if (page.status, page.path) != (200, path) or "text/html" not in page.answer.headers["content-type"]:
            return None
        name = f"{address.name}-{self.stage}" if address.name in OF_EVERY_STAGE else address.name
        return Spot(name, language, str(page.answer.url), self.browser.headers["Cookie"])


def shown(service: str) -> tuple[Address, ...]:
    """The pages that a service shows, in the order of the table."""
    return _asked_by("GET", service)


def taking_forms(service: str) -> tuple[Address, ...]:
    """The pages of a service that take what somebody has filled in, in the order of the table."""
    return _asked_by("POST", service)


def _asked_by(method: str, service: str) -> tuple[Address, ...]:
    routers: list[Any] = [operators_router(service)]
    if find_spec(f"services.{service}.pages"):
        routers += import_module(f"services.{service}.pages").ROUTERS
    names = {route.name for router in routers for route in router.routes if method in route.methods}
    return tuple(address for address in addresses().values() if address.name in names)


@asynccontextmanager
async def portal(broker: Broker, mongo_url: str, issuer: Issuer) -> AsyncIterator[tuple[Spot, ...]]:
    """Every page that people of companies, staff, partners or the public can open, while the services are at work."""
    async with AsyncExitStack() as at_once:
        spots: list[Spot] = []
        for service in SERVICES:
            served = await at_once.enter_async_context(at_work(service, broker, mongo_url, issuer))
            guests = await _guests(service, served)
            spots += [spot for address in shown(service) for spot in await _seen(address, guests)]
        yield tuple(spots)


async def _guests(service: str, served: Served) -> tuple[Guest, ...]:
    everybody = served.person("everybody", *ROLES, administration="US")
    parked_id = await park(served, service, everybody)
    settled = {**await settle(service, served, everybody, uuid4()), "parked_id": parked_id}
    guests = [_guest("preparing", served, everybody, settled)]
    if service == "intake":
        ready, in_review = await completed(served), await submitted(served)
        await joined(served, in_review, "read_only_user")
        guests.append(_guest("ready", served, ready.owner, _ids(ready)))
        guests.append(_guest("submitted", served, in_review.owner, _ids(in_review)))
        guests.append(_guest("recovered", served, served.person("an officer"), _ids(in_review)))
        guests.append(_guest("without a console", served, in_review.owner, _ids(in_review), (TRADER,)))
        asked, again = [await _returned(served) for _ in range(2)]
        guests.append(_guest("returned", served, asked.owner, {**_ids(asked), "question_id": str(QUESTION)}))
        await again.owner.does(f"PUT {again.path}/questions/{QUESTION}/reply", {"text": "The president, on March 4."})
        await again.owner.does(f"POST {again.path}/submission", signed())
        twice = {"earlier_id": str(application_of(again.id)), "earlier": "1", "submission": "2"}
        guests.append(_guest("resubmitted", served, again.owner, {**_ids(again), **twice}))
    if service == "review":
        await in_hand(served, everybody)
        guests.append(_guest("pending", served, everybody, await to_be_decided(served, everybody)))
    if service == "site_validation":
        guests.append(_guest("visited", served, served.person("an officer"), settled))
    return tuple(guests)


async def _returned(served: Served) -> Applicant:
    """A company that officers have asked about its first application."""
    company = await submitted(served)
    await served.consumes(company.id, returned())
    await company.owner.sees(f"{company.path}/dashboard", status="returned")
    return company


def _guest(stage: str, served: Served, person: Person, ids: Ids, roles: Iterable[str] = ROLES) -> Guest:
    assert served.sessions
    everywhere = {"question_id": CATALOGUE.questions[0].id, "submission": "1", "digest": "5f" * 32}
    anybody = signed_in(served.nobody.client, served.sessions, person.urn, *roles, issuer=served.issuer.url)
    return Guest(stage, speaking_for(anybody, served.sessions, "US"), {**everywhere, **ids})


def _ids(company: Applicant) -> Ids:
    return {"company_id": str(company.id), "application_id": str(application_of(company.id))}


async def _seen(address: Address, guests: tuple[Guest, ...]) -> list[Spot]:
    """A page as the first guest sees it who can; those that change with the stage as each does."""
    found: list[Spot] = []
    for guest in guests:
        spots = [spot for language in LANGUAGES if (spot := await guest.spot(address, language))]
        if spots and (not found or address.name in OF_EVERY_STAGE):
            found += spots
    return found
