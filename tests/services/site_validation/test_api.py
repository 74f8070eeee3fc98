"""Site validation as it runs: what it hears, what officers and the company do, and what others then hear."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shared.calendar import today
from shared.clock import now
from shared.contracts.intake import CompanyUsersChanged, UserRole
from shared.contracts.site_validation import SiteValidated, SiteVisitScheduled
from shared.contracts.types import CompanyRole
from tests.support.app import Person, Served, application_of
from tests.support.packages import COMPANY, TERMINAL, YARD
from tests.support.samples_review import withdrawn
from tests.support.samples_site_validation import PACKAGE, REQUIREMENT, reviewed, risk_assessed

YESTERDAY, TODAY, SOON, LATER = (str(today(now()) + timedelta(days=days)) for days in (-1, 0, 14, 21))
PLAN = {"division_ids": [str(YARD)], "on": SOON}
HELD = {"held_on": TODAY}
ADVICE = {"division_id": str(YARD), "requirement_id": REQUIREMENT, "kind": "recommendation", "text": "Light the gate.", "note": "Big dog."}
ACTION = {**ADVICE, "kind": "action_required", "due_on": LATER}
WISH = {"reason": "The yard is closed that week."}
PASSED = {"outcome": "passed"}


@pytest.fixture(scope="module")
def sacha(site_validation: Served) -> Person:
    return site_validation.person("sacha", "site_officer")


@pytest.fixture(scope="module")
def maude(site_validation: Served) -> Person:
    return site_validation.person("maude")


def address(company: UUID) -> str:
    return f"/validations/{application_of(company)}"


def team(person: Person, role: CompanyRole = "account_owner") -> CompanyUsersChanged:
    return CompanyUsersChanged(company_id=COMPANY, users=(UserRole(subject=person.urn, role=role),))


async def opened(site_validation: Served, sacha: Person, company: UUID) -> str:
    """The address of a validation that has begun."""
    for event in (PACKAGE, reviewed(), risk_assessed()):
        await site_validation.hears(company, event)
    await sacha.sees(address(company), status="open")
    return address(company)


async def planned(sacha: Person, validation: str) -> str:
    """The address of a visit to the yard."""
    return f"{validation}/visits/{(await sacha.does(f'POST {validation}/visits', PLAN))['id']}"


async def held(site_validation: Served, sacha: Person, company: UUID) -> str:
    """The address of a validation with a visit to the yard that was held today."""
    validation = await opened(site_validation, sacha, company)
    await sacha.does(f"POST {await planned(sacha, validation)}/record", HELD)
    return validation


# --- the way of a validation ----------------------------------------------------------------------


async def test_a_visit_is_arranged_with_the_company_held_and_leads_to_an_outcome(
    site_validation: Served, sacha: Person, maude: Person
) -> None:
    company = uuid4()
    validation, own = await opened(site_validation, sacha, company), f"/companies/{company}"
    visit = await planned(sacha, validation)
    asked = f"{own}/visits/{visit.rpartition('/')[2]}"

    await site_validation.hears(company, team(maude))
    assert [(one["on"], one["state"]) for one in (await maude.sees(f"{own}/validation"))["visits"]] == [(SOON, "planned")]
    await maude.does(f"POST {asked}/another-day", WISH)
    assert (await sacha.does(f"GET {validation}"))["visits"][0]["reason"] == WISH["reason"]
    await sacha.does(f"PUT {visit}", {"on": LATER})
    await maude.does(f"POST {asked}/confirmation")
    await sacha.does(f"POST {visit}/record", HELD)
    await sacha.does(f"POST {validation}/findings", ADVICE)
    await sacha.does(f"POST {validation}/conclusion", PASSED)

    assert (await sacha.does(f"GET {validation}"))["status"] == "concluded"
    [validated] = await site_validation.says(SiteValidated, company)
    assert (validated.outcome, str(validated.concluded_on)) == ("passed", TODAY)
    assert [(finding.text, finding.state) for finding in validated.findings] == [("Light the gate.", "noted")]
    schedules = await site_validation.says(SiteVisitScheduled, company, 5)
    assert [schedule.visits[0].state for schedule in schedules] == ["planned", "another_day_asked", "planned", "confirmed", "held"]


async def test_a_visit_is_cancelled_and_another_planned(site_validation: Served, sacha: Person) -> None:
    company = uuid4()
    validation = await opened(site_validation, sacha, company)
    visit = await planned(sacha, validation)
    await sacha.does(f"DELETE {visit}")
    assert await sacha.refused(f"PUT {visit}", {"on": LATER}) == "409 unknown_visit"
    await planned(sacha, validation)
    schedules = await site_validation.says(SiteVisitScheduled, company, 3)
    assert [visit.state for visit in schedules[-1].visits] == ["cancelled", "planned"]


async def test_a_validation_begins_whatever_is_heard_first(site_validation: Served, sacha: Person) -> None:
    company = uuid4()
    await site_validation.hears(company, risk_assessed())
    await sacha.sees(address(company), status="collecting", legal_name=None)
    await site_validation.hears(company, reviewed())
    await site_validation.hears(company, PACKAGE)
    await sacha.sees(address(company), status="open", legal_name="Boreal Drayage Ltd.")


async def test_a_message_that_comes_again_changes_nothing(site_validation: Served, sacha: Person) -> None:
    company = uuid4()
    for event, sequence in ((PACKAGE, 1), (PACKAGE, 1), (withdrawn(), 2), (withdrawn(), 2)):
        await site_validation.hears(company, event, sequence)
    await sacha.sees(address(company), status="closed")
    assert (await sacha.asks(f"GET {address(company)}")).headers["etag"] == '"2"'


# --- what is refused ------------------------------------------------------------------------------


async def refused_throughout(sacha: Person, validation: str, refusal: str) -> None:
    """Whatever an officer asks is refused for this one reason."""
    visit = f"{validation}/visits/{uuid4()}"
    for request, body in (
        (f"POST {validation}/visits", PLAN),
        (f"PUT {visit}", {"on": LATER}),
        (f"DELETE {visit}", None),
        (f"POST {visit}/record", HELD),
        (f"POST {validation}/findings", ADVICE),
        (f"POST {validation}/conclusion", PASSED),
    ):
        assert await sacha.refused(request, body) == refusal


async def test_before_the_risk_is_acceptable_nothing_is_done(site_validation: Served, sacha: Person) -> None:
    company = uuid4()
    await refused_throughout(sacha, address(company), "404 not_found")
    assert await sacha.refused(f"GET {address(company)}") == "404 not_found"
    for event in (PACKAGE, reviewed(), risk_assessed("unacceptable")):
        await site_validation.hears(company, event)
    await sacha.sees(address(company), status="collecting")
    await refused_throughout(sacha, address(company), "409 risk_not_acceptable_yet")


async def test_what_is_concluded_stays(site_validation: Served, sacha: Person) -> None:
    validation = await held(site_validation, sacha, uuid4())
    await sacha.does(f"POST {validation}/conclusion", PASSED)
    before = await sacha.does(f"GET {validation}")
    await refused_throughout(sacha, validation, "409 already_concluded")
    assert await sacha.does(f"GET {validation}") == before


async def test_what_was_withdrawn_is_closed(site_validation: Served, sacha: Person) -> None:
    company = uuid4()
    validation = await held(site_validation, sacha, company)
    await site_validation.hears(company, withdrawn())
    await sacha.sees(validation, status="closed", legal_name=None)
    await refused_throughout(sacha, validation, "409 validation_closed")


async def test_what_an_open_validation_does_not_allow(site_validation: Served, sacha: Person) -> None:
    validation = await opened(site_validation, sacha, uuid4())
    visit = await planned(sacha, validation)
    before = await sacha.does(f"GET {validation}")
    for request, body, refusal in (
        (f"POST {validation}/visits", {**PLAN, "on": YESTERDAY}, "409 date_in_past"),
        (f"POST {validation}/visits", {**PLAN, "division_ids": [str(uuid4())]}, "409 unknown_division"),
        (f"PUT {visit}", {"on": YESTERDAY}, "409 date_in_past"),
        (f"PUT {validation}/visits/{uuid4()}", {"on": LATER}, "409 unknown_visit"),
        (f"DELETE {validation}/visits/{uuid4()}", None, "409 unknown_visit"),
        (f"POST {visit}/record", {"held_on": SOON}, "409 visit_in_future"),
        (f"POST {validation}/findings", ADVICE, "409 division_not_visited"),
        (f"POST {validation}/conclusion", PASSED, "409 no_visit_held"),
    ):
        assert await sacha.refused(request, body) == refusal
    assert await sacha.does(f"GET {validation}") == before


async def test_what_a_visit_that_was_held_does_not_allow(site_validation: Served, sacha: Person) -> None:
    validation = await opened(site_validation, sacha, uuid4())
    visit, other = await planned(sacha, validation), await planned(sacha, validation)
    await sacha.does(f"POST {visit}/record", HELD)
    for request, body, refusal in (
        (f"PUT {visit}", {"on": LATER}, "409 visit_held"),
        (f"DELETE {visit}", None, "409 visit_held"),
        (f"POST {validation}/findings", {**ADVICE, "division_id": str(TERMINAL)}, "409 division_not_visited"),
        (f"POST {validation}/findings", {**ADVICE, "requirement_id": "XX-99"}, "409 unknown_requirement"),
        (f"POST {validation}/findings", {**ACTION, "due_on": None}, "409 due_date_required"),
        (f"POST {validation}/findings", {**ACTION, "due_on": YESTERDAY}, "409 date_in_past"),
        (f"POST {validation}/findings", {**ADVICE, "due_on": LATER}, "409 no_action_required"),
        (f"POST {validation}/conclusion", PASSED, "409 visit_outstanding"),
    ):
        assert await sacha.refused(request, body) == refusal
    await sacha.does(f"DELETE {other}")
    await sacha.does(f"POST {validation}/findings", ACTION)
    assert await sacha.refused(f"POST {validation}/conclusion", PASSED) == "409 open_actions"


async def test_a_malformed_command_names_its_field(sacha: Person) -> None:
    validation = address(uuid4())
    for request, body, field in (
        (f"POST {validation}/visits", {**PLAN, "division_ids": []}, "body.division_ids"),
        (f"POST {validation}/visits", {**PLAN, "on": "soon"}, "body.on"),
        (f"PUT {validation}/visits/first", {"on": LATER}, "path.visit_id"),
        (f"POST {validation}/findings", {**ADVICE, "kind": "praise"}, "body.kind"),
        (f"POST {validation}/findings", {**ADVICE, "state": "accepted"}, "body.state"),
        (f"POST {validation}/conclusion", {"outcome": "waived"}, "body.outcome"),
    ):
        assert await sacha.refused(request, body) == "422 malformed"
        assert (await sacha.asks(request, body)).json()["field"] == field


async def test_a_visit_is_planned_once_and_on_what_the_officer_has_read(site_validation: Served, sacha: Person) -> None:
    validation = await opened(site_validation, sacha, uuid4())
    request, read = f"POST {validation}/visits", (await sacha.asks(f"GET {validation}")).headers["etag"]
    keyed = {"If-Match": read, "Idempotency-Key": "the first visit"}
    first, again = [await sacha.asks(request, PLAN, keyed) for _ in range(2)]
    assert (first.status_code, first.json()) == (201, again.json())
    assert await sacha.refused(request, {**PLAN, "on": LATER}, keyed) == "422 key_reused"
    assert await sacha.refused(request, PLAN, {"If-Match": read}) == "412 stale"
    assert [visit["visit_id"] for visit in (await sacha.does(f"GET {validation}"))["visits"]] == [first.json()["id"]]
