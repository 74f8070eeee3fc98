"""Gives each service one company of the golden samples, before its endpoints are asked for what they promise."""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from shared.clock import now
from shared.contracts.event import Event
from shared.contracts.intake import (
    ApplicationSubmitted,
    CompanyProfileUpdated,
    CompanyUsersChanged,
    ConsentGiven,
    UserRole,
)
from shared.contracts.pip_id import pip_id
from shared.contracts.review import ApplicationApproved, MembershipActivated, SecurityProfileReviewed
from shared.contracts.risk import RiskAssessed
from shared.programme.calendar import today
from tests.support.builders.applicant import answer, business_number, consent, eligibility, registration
from tests.support.builders.intake import site_of
from tests.support.builders.packages import profile
from tests.support.builders.uploads import DOCX, PDF, TYPES
from tests.support.samples.golden import message_name, read
from tests.support.servers.served import Person, Served, application_of

E = TypeVar("E", bound=Event)
Ids = Mapping[str, str]


def sample_event(kind: type[E]) -> E:
    """The sample of a message, of a first submission."""
    event = kind.model_validate_json(json.dumps(read(message_name(kind.type()))["value"]))
    return event.model_copy(update={"submission": 1} if "submission" in kind.model_fields else {})


async def settle(service: str, served: Served, everybody: Person, company: UUID) -> Ids:
    """Ids of what there now is, by the names of parameters. In the end `everybody` is a user of it, if it has any."""
    package = sample_event(ApplicationSubmitted)
    answered = package.divisions[0]
    known = {
        "company_id": str(company),
        "application_id": str(application_of(company)),
        "division_id": str(answered.division_id),
        "requirement_id": answered.answers[0].requirement_id,
        "document_id": str(package.documents[0].document_id),
        "pip": pip_id(str(company)),
        "administration": "US",
        "officer": everybody.urn,
    }
    return {**known, **await SETTLED[service](served, everybody, known)}


async def _intake(_: Served, owner: Person, known: Ids) -> Ids:
    given = profile(business_number=business_number()).model_dump(mode="json")
    company = (await owner.does("POST /companies", registration(business_number=given["business_number"])))["id"]
    home = f"/companies/{company}"
    await owner.does(f"PUT {home}/profile", given)
    await answer(owner, home, *eligibility())
    site = site_of(sample_event(ApplicationSubmitted).divisions[0]).model_dump(mode="json")
    division = (await owner.does(f"POST {home}/divisions", site))["id"]
    requirement = f"{home}/divisions/{division}/answers/{known['requirement_id']}"
    await owner.does(f"PUT {requirement}", {"response": "described", "text": "In place."})
    headers = {**owner.headers, "Content-Type": PDF}
    filed = await owner.client.post(
        f"{home}/documents?kind=evidence&name=fence.pdf", content=TYPES[PDF], headers=headers
    )
    await owner.does(f"PUT {home}/consents/US", consent())
    return {"company_id": company, "division_id": division, "document_id": filed.json()["id"]}


async def _review(served: Served, officer: Person, known: Ids) -> Ids:
    company, case = UUID(known["company_id"]), f"/cases/{known['application_id']}"
    for kind in (ApplicationSubmitted, ApplicationApproved, CompanyProfileUpdated):
        await served.consumes(company, sample_event(kind))
    await officer.sees(case)
    await officer.does(f"PUT {case}/assignment", {"officer": officer.urn})
    await officer.sees(
        f"/memberships/{company}",
        status="active",
        profile=sample_event(CompanyProfileUpdated).profile.model_dump(mode="json"),
    )
    await officer.does(f"POST {case}/questions", {"text": "Who watches the yard at night?"})
    await officer.does(f"POST {case}/return", {})
    await served.consumes(company, _submitted_again(sample_event(ApplicationSubmitted)))
    await officer.sees(case, status="under_review", submission=2)
    question = await officer.does(f"POST {case}/questions", {"text": "Who holds the keys of the gate?"})
    return {"question_id": question["id"]}


def _submitted_again(package: ApplicationSubmitted) -> ApplicationSubmitted:
    """With another first answer, and its first document in a format that no page shows."""
    division, *divisions = package.divisions
    answer, *answers = division.answers
    document, *documents = package.documents
    better = answer.model_copy(update={"text": f"{answer.text} A guard walks along the fence."})
    changed = division.model_copy(update={"answers": (better, *answers)})
    unshown = document.model_copy(update={"name": "plan.docx", "media_type": DOCX})
    return package.model_copy(
        update={
            "submission": 2,
            "submitted_at": now(),
            "divisions": (changed, *divisions),
            "documents": (unshown, *documents),
        }
    )


async def _risk(served: Served, officer: Person, known: Ids) -> Ids:
    for kind in (ApplicationSubmitted, SecurityProfileReviewed):
        await served.consumes(UUID(known["company_id"]), sample_event(kind))
    await officer.sees(f"/assessments/{known['application_id']}", status="referred")
    policy = (await officer.does("GET /policies"))["policies"][-1]["version"]
    return {"policy": policy, "version": policy}


async def _site_validation(served: Served, officer: Person, known: Ids) -> Ids:
    company, validation = UUID(known["company_id"]), f"/validations/{known['application_id']}"
    for kind in (ApplicationSubmitted, SecurityProfileReviewed, RiskAssessed):
        await served.consumes(company, sample_event(kind))
    await officer.sees(validation, status="open")
    on = {"division_ids": [known["division_id"]], "on": str(today(now()) + timedelta(days=14))}
    held, visit = [(await officer.does(f"POST {validation}/visits", on))["id"] for _ in range(2)]
    await officer.does(f"POST {validation}/visits/{held}/record", {"held_on": str(today(now()))})
    observed = {
        "division_id": known["division_id"],
        "requirement_id": known["requirement_id"],
        "text": "Replace the padlock.",
    }
    action = {**observed, "kind": "action_required", "due_on": str(today(now()) + timedelta(days=90))}
    finding = await officer.does(f"POST {validation}/findings", action)
    await served.introduces(company, officer.urn)
    await officer.does(
        f"POST /companies/{company}/findings/{finding['id']}/responses", {"text": "A new padlock is in place."}
    )
    return {"visit_id": visit, "finding_id": finding["id"]}


async def _mra_exchange(served: Served, partner: Person, known: Ids) -> Ids:
    company = UUID(known["company_id"])
    owner = UserRole(subject=partner.urn, role="account_owner")
    await served.consumes(company, CompanyUsersChanged(company_id=company, users=(owner,)))
    for kind in (CompanyProfileUpdated, ConsentGiven, MembershipActivated):
        await served.consumes(company, sample_event(kind))
    await partner.sees(f"/partner/members/{known['pip']}")
    await partner.sees(f"/companies/{company}/disclosures")
    return {}


SETTLED: Mapping[str, Callable[[Served, Person, Ids], Awaitable[Ids]]] = {
    "intake": _intake,
    "review": _review,
    "risk": _risk,
    "site_validation": _site_validation,
    "mra_exchange": _mra_exchange,
}
