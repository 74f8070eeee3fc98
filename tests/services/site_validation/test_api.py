"""Site validation as it runs: what it consumes, what officers and the company do, and what it then publishes."""

from uuid import uuid4

from shared.contracts.site_validation import SiteValidated, SiteVisitScheduled
from tests.support.builders.packages import TERMINAL
from tests.support.builders.review import withdrawn
from tests.support.builders.site_validation import PACKAGE, reviewed, risk_assessed
from tests.support.builders.validating import (
    ACTION,
    ADVICE,
    HELD,
    LATER,
    PLAN,
    SOON,
    WISH,
    YESTERDAY,
    address,
    day,
    held,
    opened,
    planned,
    team,
)
from tests.support.servers.served import INTAKE_URL, Person, Served

PASSED = {"outcome": "passed"}
FAILED = {"outcome": "failed", "reason": "The yard has no fence."}
WAIVED = {"reason": "Visited last year under another programme."}
RESPONSE = {"text": "A new padlock is in place."}
REJECTION = {"text": "The photo shows the old one.", "due_on": LATER}


# --- the way of a validation ----------------------------------------------------------------------


async def test_a_visit_is_arranged_with_the_company_held_and_leads_to_an_outcome(
    site_validation: Served, sacha: Person, maude: Person
) -> None:
    company = uuid4()
    validation, own = await opened(site_validation, sacha, company), f"/companies/{company}"
    visit = await planned(sacha, validation)
    asked = f"{own}/visits/{visit.rpartition('/')[2]}"

    await site_validation.consumes(company, team(maude))
    assert [(visit["on"], visit["state"]) for visit in (await maude.sees(f"{own}/validation"))["visits"]] == [
        (SOON, "planned")
    ]
    await maude.does(f"POST {asked}/another-day", WISH)
    assert (await sacha.does(f"GET {validation}"))["visits"][0]["reason"] == WISH["reason"]
    await sacha.does(f"PUT {visit}", {"on": LATER})
    await maude.does(f"POST {asked}/confirmation")
    await sacha.does(f"POST {visit}/record", HELD)
    await sacha.does(f"POST {validation}/findings", ADVICE)
    await sacha.does(f"POST {validation}/conclusion", PASSED)

    assert (await sacha.does(f"GET {validation}"))["status"] == "concluded"
    [validated] = await site_validation.publishes(SiteValidated, company)
    assert (validated.outcome, str(validated.concluded_on)) == ("passed", day())
    assert [(finding.text, finding.state) for finding in validated.findings] == [("Light the gate.", "noted")]
    schedules = await site_validation.publishes(SiteVisitScheduled, company, 5)
    assert [schedule.visits[0].state for schedule in schedules] == [
        "planned",
        "another_day_asked",
        "planned",
        "confirmed",
        "held",
    ]


async def test_a_visit_is_cancelled_and_another_planned(site_validation: Served, sacha: Person) -> None:
    company = uuid4()
    validation = await opened(site_validation, sacha, company)
    visit = await planned(sacha, validation)
    await sacha.does(f"DELETE {visit}")
    assert await sacha.refused(f"PUT {visit}", {"on": LATER}) == "409 unknown_visit"
    await planned(sacha, validation)
    schedules = await site_validation.publishes(SiteVisitScheduled, company, 3)
    assert [visit.state for visit in schedules[-1].visits] == ["cancelled", "planned"]


async def test_a_required_action_is_answered_rejected_answered_again_and_accepted(
    site_validation: Served, sacha: Person, maude: Person
) -> None:
    company = uuid4()
    validation = await held(site_validation, sacha, company)
    await site_validation.consumes(company, team(maude))
    finding = f"findings/{(await sacha.does(f'POST {validation}/findings', ACTION))['id']}"
    proof = {"document_id": str(uuid4()), "sha256": "5f" * 32}

    await maude.sees(f"/companies/{company}/validation")
    await maude.does(f"POST /companies/{company}/{finding}/responses", {**RESPONSE, "documents": [proof]})
    [seen] = (await sacha.does(f"GET {validation}"))["findings"]
    [document] = seen["responses"][0]["documents"]
    assert (seen["state"], document) == (
        "responded",
        {**proof, "link": f"{INTAKE_URL}/documents/{proof['document_id']}"},
    )
    assert await sacha.refused(f"POST {validation}/conclusion", PASSED) == "409 open_actions"

    await sacha.does(f"POST {validation}/{finding}/rejection", REJECTION)
    [read] = (await maude.does(f"GET /companies/{company}/validation"))["findings"]
    assert (read["state"], read["due_on"], read["responses"][0]["rejection"]) == ("open", LATER, REJECTION["text"])
    await maude.does(f"POST /companies/{company}/{finding}/responses", {"text": "This photo is of today."})
    await sacha.does(f"POST {validation}/{finding}/acceptance")
    assert await maude.refused(f"POST /companies/{company}/{finding}/responses", RESPONSE) == "409 finding_closed"
    assert await sacha.refused(f"POST {validation}/{finding}/rejection", REJECTION) == "409 no_response"

    await sacha.does(f"POST {validation}/conclusion", PASSED)
    assert await maude.refused(f"POST /companies/{company}/{finding}/responses", RESPONSE) == "409 already_concluded"
    [validated] = await site_validation.publishes(SiteValidated, company)
    assert [(finding.kind, finding.state) for finding in validated.findings] == [("action_required", "accepted")]


async def test_what_fails_on_site_is_published_with_a_reason(site_validation: Served, sacha: Person) -> None:
    company = uuid4()
    validation = await held(site_validation, sacha, company)
    await sacha.does(f"POST {validation}/findings", ACTION)
    await sacha.does(f"POST {validation}/conclusion", FAILED)
    assert (await sacha.does(f"GET {validation}"))["reason"] == FAILED["reason"]
    [validated] = await site_validation.publishes(SiteValidated, company)
    assert (validated.outcome, validated.reason, validated.findings[0].state) == ("failed", FAILED["reason"], "open")


async def test_a_decision_officer_waives_the_visit_where_the_risk_is_low(
    site_validation: Served, sacha: Person, ines: Person
) -> None:
    low, medium = uuid4(), uuid4()
    validation, dearer = await opened(site_validation, sacha, low), address(medium)
    for event in (PACKAGE, reviewed(), risk_assessed(band="medium")):
        await site_validation.consumes(medium, event)
    await ines.sees(dearer, status="open")
    assert await ines.refused(f"POST {dearer}/waiver", WAIVED) == "409 waiver_needs_low_risk"
    assert await ines.refused(f"POST {validation}/waiver", {}) == "409 reason_required"
    assert await sacha.refused(f"POST {validation}/waiver", WAIVED) == "403 role_not_allowed"

    await ines.does(f"POST {validation}/waiver", WAIVED)
    [validated] = await site_validation.publishes(SiteValidated, low)
    assert (validated.outcome, validated.reason, validated.visits) == ("waived", WAIVED["reason"], ())


async def test_what_was_visited_is_not_waived(site_validation: Served, sacha: Person, ines: Person) -> None:
    assert await ines.refused(f"POST {await held(site_validation, sacha, uuid4())}/waiver", WAIVED) == "409 visit_held"


async def test_a_validation_begins_whatever_is_consumed_first(site_validation: Served, sacha: Person) -> None:
    company = uuid4()
    await site_validation.consumes(company, risk_assessed())
    await sacha.sees(address(company), status="collecting", legal_name=None)
    await site_validation.consumes(company, reviewed())
    await site_validation.consumes(company, PACKAGE)
    await sacha.sees(address(company), status="open", legal_name="Boreal Drayage Ltd.")


async def test_a_message_that_comes_again_changes_nothing(site_validation: Served, sacha: Person) -> None:
    company = uuid4()
    for event, sequence in ((PACKAGE, 1), (PACKAGE, 1), (withdrawn(), 2), (withdrawn(), 2)):
        await site_validation.consumes(company, event, sequence)
    await sacha.sees(address(company), status="closed")
    assert (await sacha.asks(f"GET {address(company)}")).headers["etag"].startswith('"2-')


# --- what is refused ------------------------------------------------------------------------------


async def refused_throughout(sacha: Person, ines: Person, validation: str, refusal: str) -> None:
    """Whatever an officer asks is refused for this one reason."""
    visit, finding = f"{validation}/visits/{uuid4()}", f"{validation}/findings/{uuid4()}"
    for request, body in (
        (f"POST {validation}/visits", PLAN),
        (f"PUT {visit}", {"on": LATER}),
        (f"DELETE {visit}", None),
        (f"POST {visit}/record", HELD),
        (f"POST {validation}/findings", ADVICE),
        (f"POST {finding}/acceptance", None),
        (f"POST {finding}/rejection", REJECTION),
        (f"POST {validation}/conclusion", PASSED),
        (f"POST {validation}/conclusion", FAILED),
    ):
        assert await sacha.refused(request, body) == refusal
    assert await ines.refused(f"POST {validation}/waiver", WAIVED) == refusal


async def test_before_the_risk_is_acceptable_nothing_is_done(
    site_validation: Served, sacha: Person, ines: Person
) -> None:
    company = uuid4()
    await refused_throughout(sacha, ines, address(company), "404 not_found")
    assert await sacha.refused(f"GET {address(company)}") == "404 not_found"
    for event in (PACKAGE, reviewed(), risk_assessed("unacceptable")):
        await site_validation.consumes(company, event)
    await sacha.sees(address(company), status="collecting")
    await refused_throughout(sacha, ines, address(company), "409 risk_not_acceptable_yet")


async def test_what_is_concluded_stays(site_validation: Served, sacha: Person, ines: Person) -> None:
    validation = await held(site_validation, sacha, uuid4())
    await sacha.does(f"POST {validation}/conclusion", PASSED)
    before = await sacha.does(f"GET {validation}")
    await refused_throughout(sacha, ines, validation, "409 already_concluded")
    assert await sacha.does(f"GET {validation}") == before


async def test_what_was_withdrawn_is_closed(site_validation: Served, sacha: Person, ines: Person) -> None:
    company = uuid4()
    validation = await held(site_validation, sacha, company)
    await site_validation.consumes(company, withdrawn())
    await sacha.sees(validation, status="closed", legal_name=None)
    await refused_throughout(sacha, ines, validation, "409 validation_closed")


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
        (f"POST {validation}/findings/{uuid4()}/acceptance", None, "409 unknown_finding"),
        (f"POST {validation}/conclusion", PASSED, "409 no_visit_held"),
        (f"POST {validation}/conclusion", FAILED, "409 no_visit_held"),
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
        (f"POST {validation}/conclusion", {"outcome": "failed"}, "409 reason_required"),
    ):
        assert await sacha.refused(request, body) == refusal
    await sacha.does(f"DELETE {other}")
    await sacha.does(f"POST {validation}/findings", ACTION)
    assert await sacha.refused(f"POST {validation}/conclusion", PASSED) == "409 open_actions"


async def test_a_malformed_command_names_its_field(site_validation: Served, sacha: Person) -> None:
    validation = await opened(site_validation, sacha, uuid4())
    for request, body, field in (
        (f"POST {validation}/visits", {**PLAN, "division_ids": []}, "body.division_ids"),
        (f"POST {validation}/visits", {**PLAN, "on": "soon"}, "body.on"),
        (f"PUT {validation}/visits/first", {"on": LATER}, "path.visit_id"),
        (f"POST {validation}/findings", {**ADVICE, "kind": "praise"}, "body.kind"),
        (f"POST {validation}/findings", {**ADVICE, "state": "accepted"}, "body.state"),
        (f"POST {validation}/findings", {**ACTION, "due_on": "9999-12-31"}, "body.due_on"),
        (f"POST {validation}/findings/{uuid4()}/rejection", {"due_on": LATER}, "body.text"),
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
