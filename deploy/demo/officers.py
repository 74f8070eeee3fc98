"""What the officers do: review every answer, visit the site, decide."""

from deploy.demo.cast import Json, Player, until
from shared.calendar import today
from shared.clock import now


async def queued(officer: Player, company_id: str) -> Json:
    """The company's case, as soon as it stands in the queue."""

    async def look() -> Json:
        cases = (await officer.get("review", "/cases?status=under_review"))["cases"]
        return next((case for case in cases if case["company_id"] == company_id), None)

    return await until(look, "the case in the queue")


async def in_status(officer: Player, application_id: str, status: str) -> Json:
    """The case, as soon as it is in this status."""

    async def look() -> Json:
        case = await officer.get("review", f"/cases/{application_id}")
        return case if case["status"] == status else None

    return await until(look, f"{status} of the case")


async def judge(officer: Player, application_id: str) -> int:
    """Takes the case, finds everything in order and concludes; how many judgements that were."""
    path = f"/cases/{application_id}"
    await officer.put("review", f"{path}/assignment", {"officer": (await officer.get("intake", "/me"))["urn"]})
    case = await officer.get("review", path)
    for answer in case["answers_to_judge"]:
        await officer.put("review", f"{path}/judgements/{answer['division_id']}/{answer['requirement_id']}", {"verdict": "met"})
    for document in case["documents_to_judge"]:
        await officer.put("review", f"{path}/documents/{document}/judgement", {"accepted": True})
    await officer.post("review", f"{path}/conclusion", {"outcome": "meets"})
    return len(case["answers_to_judge"]) + len(case["documents_to_judge"])


async def plan_visit(officer: Player, application_id: str) -> str:
    """A visit today to all divisions; its id."""

    async def look() -> Json:
        rows = (await officer.get("site_validation", "/validations"))["validations"]
        return next((row for row in rows if row["application_id"] == application_id), None)

    await until(look, "the opening of the validation")
    validation = await officer.get("site_validation", f"/validations/{application_id}")
    plan = {"division_ids": [division["division_id"] for division in validation["divisions"]], "on": today(now()).isoformat()}
    return str((await officer.post("site_validation", f"/validations/{application_id}/visits", plan))["id"])


async def visit(officer: Player, application_id: str, visit_id: str) -> None:
    """Holds the visit, records one finding that asks for nothing, and concludes."""
    path = f"/validations/{application_id}"
    await officer.post("site_validation", f"{path}/visits/{visit_id}/record", {"held_on": today(now()).isoformat()})
    division = (await officer.get("site_validation", path))["divisions"][0]
    finding = {
        "division_id": division["division_id"],
        "requirement_id": division["answers"][0]["requirement_id"],
        "kind": "best_practice",
        "text": "Drivers check every seal against the manifest, and sign for it.",
    }
    await officer.post("site_validation", f"{path}/findings", finding)
    await officer.post("site_validation", f"{path}/conclusion", {"outcome": "passed"})


async def approve(officer: Player, application_id: str) -> None:
    await in_status(officer, application_id, "decision_pending")
    await officer.post("review", f"/cases/{application_id}/approval")
