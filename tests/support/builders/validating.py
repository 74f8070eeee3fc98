"""What is published, planned and held before a test of site validation over HTTP begins."""

from datetime import timedelta
from uuid import UUID

from shared.clock import now
from shared.contracts.intake import CompanyUsersChanged, UserRole
from shared.contracts.types import CompanyRole
from shared.i18n import Language
from shared.pages.addresses import addresses
from shared.programme.calendar import today
from tests.support.builders.packages import COMPANY, YARD
from tests.support.builders.site_validation import PACKAGE, REQUIREMENT, reviewed, risk_assessed
from tests.support.servers.served import Person, Served, application_of


def day(days: int = 0) -> str:
    """A day so many days after today; a constant would be yesterday's once the suite has run past midnight."""
    return str(today(now()) + timedelta(days=days))


YESTERDAY, SOON, LATER = map(day, (-1, 14, 90))
PLAN = {"division_ids": [str(YARD)], "on": SOON}
HELD = {"held_on": YESTERDAY}
ADVICE = {
    "division_id": str(YARD),
    "requirement_id": REQUIREMENT,
    "kind": "recommendation",
    "text": "Light the gate.",
    "note": "Big dog.",
}
ACTION = {
    **ADVICE,
    "kind": "action_required",
    "text": "Replace the padlock.",
    "note": "The guard was asleep.",
    "due_on": LATER,
}
WISH = {"reason": "The yard is closed that week."}


def address(company: UUID) -> str:
    return f"/validations/{application_of(company)}"


def console(company: UUID, name: str = "validation", language: Language = "fr", **ids: object) -> str:
    """The address of a page about a validation."""
    return addresses()[name].path(language, application_id=application_of(company), **ids)


def requirement(company: UUID, language: Language = "fr") -> str:
    """The address of the page about the first requirement at the yard."""
    return console(company, "site_requirement", language, division_id=YARD, requirement_id=REQUIREMENT)


def team(*people: Person, role: CompanyRole = "account_owner") -> CompanyUsersChanged:
    return CompanyUsersChanged(
        company_id=COMPANY, users=tuple(UserRole(subject=person.urn, role=role) for person in people)
    )


async def opened(site_validation: Served, officer: Person, company: UUID) -> str:
    """The address of a validation that has begun."""
    for event in (PACKAGE, reviewed(), risk_assessed()):
        await site_validation.consumes(company, event)
    await officer.sees(address(company), status="open")
    return address(company)


async def planned(officer: Person, validation: str, on: str = SOON) -> str:
    """The address of a visit to the yard."""
    return f"{validation}/visits/{(await officer.does(f'POST {validation}/visits', {**PLAN, 'on': on}))['id']}"


async def held(site_validation: Served, officer: Person, company: UUID) -> str:
    """The address of a validation with a visit to the yard that was held yesterday."""
    validation = await opened(site_validation, officer, company)
    await officer.does(f"POST {await planned(officer, validation)}/record", HELD)
    return validation


async def visited(officer: Person, company: UUID) -> None:
    """Records a visit to the yard that was held yesterday."""
    await officer.does(f"POST {await planned(officer, address(company))}/record", HELD)


async def found(officer: Person, company: UUID) -> str:
    """The id of a required action at the yard."""
    await visited(officer, company)
    return str((await officer.does(f"POST {address(company)}/findings", ACTION))["id"])
