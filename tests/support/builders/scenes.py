"""For every service: its aggregates at every point of their lives, who calls, and what a path may name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import uuid5

from fastapi.routing import RouteContext

from shared.clock import now
from shared.handling import Receipt
from shared.http.identity import Caller
from shared.model import Json
from shared.programme.calendar import today
from shared.programme.team import COLLECTION, Team, User
from tests.support.builders import intake, memberships, review, risk, site_validation
from tests.support.builders.deciding import live
from tests.support.builders.example_requests import requests
from tests.support.builders.packages import COMPANY, YARD, document
from tests.support.builders.review_messages import QUESTION
from tests.support.builders.uploads import PDF, TYPES
from tests.support.built import app_of, routes
from tests.support.servers.served import ROLES
from tests.support.source import SERVICES

APPLICATION = uuid5(COMPANY, "application/1")
UPLOAD = {
    "params": {"kind": "evidence", "name": "fence.pdf"},
    "content": TYPES[PDF],
    "headers": {"Content-Type": PDF},
}
OWNER = site_validation.TRADER.subject
TEAM = {(COLLECTION, str(COMPANY)): Team(users=(User(subject=OWNER, role="account_owner"),))}
SPARE = document(uuid5(COMPANY, "spare"), "evidence")


@dataclass(frozen=True)
class Scene:
    """Who calls, what there is by the names of parameters, bodies that fit it by route, and where things may stand.

    A stand is one state of every aggregate of the service, by collection and id. `of_route`: what a name means at one
    route alone; `owners`: the routes at which the owner of the company calls.
    """

    subject: str
    names: Mapping[str, str]
    bodies: Mapping[str, Json]
    stands: tuple[Mapping[tuple[str, str], Any], ...]
    of_route: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    owners: frozenset[str] = frozenset()

    def named(self, route: str) -> Mapping[str, str]:
        """What there is by the names of a route's parameters."""
        return {**self.names, **self.of_route.get(route, {})}

    def caller(self, route: str) -> Caller:
        return Caller(OWNER if route in self.owners else self.subject, frozenset(ROLES))


def commanding(service: str) -> dict[str, RouteContext]:
    """The routes of a service that give a command, by name."""
    return {str(route.name): route for route in routes(app_of(service)) if _commands(route)}


def _commands(route: RouteContext) -> bool:
    return getattr(route, "response_model", None) is Receipt


def method_of(route: RouteContext) -> str:
    """The one method that a command is given by."""
    return next(iter(route.methods or {""}))


def endpoint_of(route: RouteContext) -> Callable[..., Any]:
    """The function that answers a route."""
    assert route.endpoint
    return route.endpoint


def request_for(service: str, route: RouteContext, names: Mapping[str, str]) -> Json:
    """A request at this route for what has these names, with a body that fits it."""
    method = method_of(route)
    if route.name == "upload_document":
        return {"method": method, "url": str(route.path_format).format(**names), **UPLOAD}
    request = next(requests(app_of(service).openapi(), str(route.path_format), method.lower(), names))
    body = scene_of(service).bodies.get(str(route.name))
    return request | {"headers": {}} | ({"json": body} if body is not None else {})


@cache
def scene_of(service: str) -> Scene:
    return SCENES[service]()


def _intake() -> Scene:
    lives = {
        **intake.LIVES,
        "with a spare document": (*intake.COMPLETE, intake.file(SPARE)),
        "with a consent": (*intake.COMPLETE, intake.consent("US")),
        "with an offer": (*intake.COMPLETE, intake.offer(at=now())),
    }
    signature = {"attests": True, "text_version": intake.CATALOGUE.consent.version, "language": "en"}
    return Scene(
        subject=intake.OWNER.subject,
        names={
            "company_id": str(COMPANY),
            "division_id": str(YARD),
            "requirement_id": "CS-01",
            "document_id": str(SPARE.document_id),
            "question_id": str(QUESTION),
            "administration": "US",
            "urn": intake.FULL.subject,
            "role": "read_only_user",
        },
        bodies={
            "answer_question": {"value": False},
            "give_consent": {**signature, "name": "Maude Tremblay", "title": "Director"},
            "reply_to_question": {"text": "The president did."},
            "answer_requirement": {"response": "described", "text": "In place."},
            "change_user_role": {"role": "read_only_user"},
        },
        stands=tuple({("companies", str(COMPANY)): live(intake.COMPANIES, life)[0]} for life in lives.values()),
        of_route={"answer_question": {"question_id": "crown_debt"}},
    )


def _review() -> Scene:
    lives = {
        **review.LIVES,
        "with a question": (*review.UNDER_REVIEW, review.ask()),
        "paused": (*review.UNDER_REVIEW, review.pause_clock()),
    }
    cases = tuple({**TEAM, ("cases", str(APPLICATION)): live(review.CASES, life)[0]} for life in lives.values())
    members = tuple(
        {**TEAM, ("memberships", str(COMPANY)): memberships.membership_in(life)} for life in memberships.LIVES
    )
    return Scene(
        subject=review.OFFICER.subject,
        names={
            "company_id": str(COMPANY),
            "application_id": str(APPLICATION),
            "division_id": str(YARD),
            "requirement_id": review.MUST,
            "document_id": str(review.DOCUMENT),
            "question_id": str(review.question().question_id),
        },
        bodies={"ask_question": {"text": "Who holds the keys of the gate?"}},
        stands=(*cases, *members),
    )


def _risk() -> Scene:
    stands = tuple({**TEAM, ("assessments", str(APPLICATION)): risk.assessment_in(life)} for life in risk.LIVES)
    return Scene(subject=risk.OFFICER.subject, names={"application_id": str(APPLICATION)}, bodies={}, stands=stands)


def _site_validation() -> Scene:
    stands = tuple(
        {**TEAM, ("validations", str(APPLICATION)): site_validation.validation_in(life)}
        for life in site_validation.LIVES
    )
    return Scene(
        subject=site_validation.OFFICER.subject,
        names={
            "company_id": str(COMPANY),
            "application_id": str(APPLICATION),
            "visit_id": str(site_validation.VISIT),
            "finding_id": str(site_validation.FINDING),
        },
        bodies={
            "plan_visit": {"division_ids": [str(YARD)], "on": str(today(now()) + timedelta(days=30))},
            "move_visit": {"on": str(today(now()) + timedelta(days=31))},
            "record_finding": {
                "division_id": str(YARD),
                "requirement_id": site_validation.REQUIREMENT,
                "kind": "recommendation",
                "text": "Light the gate.",
            },
            "record_visit": {"held_on": "2026-03-02"},
            "respond_to_finding": {"text": "A new padlock is in place."},
        },
        stands=stands,
        owners=frozenset({"confirm_visit", "ask_another_day", "respond_to_finding"}),
    )


SCENES = {"intake": _intake, "review": _review, "risk": _risk, "site_validation": _site_validation}


def every_command() -> Iterator[tuple[str, str]]:
    """Service and name of every route that gives a command."""
    return ((service, name) for service in SERVICES for name in commanding(service))
