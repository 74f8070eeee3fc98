"""What the officers do: review every answer, assess the risk, visit the sites, decide, keep the membership."""

from datetime import timedelta
from hashlib import sha256

from deploy.demo.cast import Json, Player, few_at_once, until
from deploy.demo.lives import ReviewQuestion, SiteFinding, Suspension
from deploy.errors import Failed
from shared.clock import now
from shared.programme.calendar import today

DAYS_TO_CORRECT = 30


async def in_status(officer: Player, service: str, path: str, status: str) -> Json:
    """Waits until the case, assessment or validation is in this status; returns it."""

    async def look() -> Json | None:
        found = await officer.find(service, path)
        return found if found and found["status"] == status else None

    return await until(look, f"the status {status} at {service}")


# --- review ---------------------------------------------------------------------------------------


async def queued(officer: Player, business_number: str) -> Json:
    """Waits until the company's case is in the queue; returns it."""

    async def look() -> Json | None:
        found = (await officer.get("review", f"/cases?status=under_review&business_number={business_number}"))["cases"]
        return found[0] if found else None

    return await until(look, "the case in the queue")


async def take(officer: Player, application_id: str) -> None:
    urn = (await officer.get("intake", "/me"))["urn"]
    await officer.put("review", f"/cases/{application_id}/assignment", {"officer": urn})


async def judge(officer: Player, application_id: str, doubted: ReviewQuestion | None = None) -> int:
    """Judges everything as in order, except the answer in doubt; returns the number of judgements."""
    path = f"/cases/{application_id}"
    case = await officer.get("review", path)
    judgements = {
        f"{path}/judgements/{answer['division_id']}/{answer['requirement_id']}": (
            {"verdict": "not_met", "note": doubted.text}
            if doubted and doubted.requirement == answer["requirement_id"]
            else {"verdict": "met"}
        )
        for answer in case["answers_to_judge"]
    } | {f"{path}/documents/{document}/judgement": {"accepted": True} for document in case["documents_to_judge"]}
    await few_at_once(officer.put("review", address, judgement) for address, judgement in judgements.items())
    return len(judgements)


async def send_back(officer: Player, application_id: str, question: ReviewQuestion) -> None:
    """Returns the case with one question, about one answer of its first division."""
    path = f"/cases/{application_id}"
    division = (await officer.get("review", path))["divisions"][0]["division_id"]
    inquiry = {"division_id": division, "requirement_id": question.requirement, "text": question.text}
    await officer.post("review", f"{path}/questions", inquiry)
    await officer.post("review", f"{path}/return", {})


async def conclude(officer: Player, application_id: str) -> None:
    await officer.post("review", f"/cases/{application_id}/conclusion", {"outcome": "meets"})


# --- risk -----------------------------------------------------------------------------------------


async def decide_risk(officer: Player, application_id: str, outcome: str, reason: str) -> None:
    """Decides about a risk that policy has referred to an officer."""
    await officer.post("risk", f"/assessments/{application_id}/decision", {"outcome": outcome, "reason": reason})


# --- site validation ------------------------------------------------------------------------------


async def plan_visit(officer: Player, application_id: str, days_ahead: int = 0) -> str:
    """Plans a visit to all divisions, as soon as the validation is open; returns its id."""
    path = f"/validations/{application_id}"
    validation = await in_status(officer, "site_validation", path, "open")
    plan = {
        "division_ids": [division["division_id"] for division in validation["divisions"]],
        "on": (today(now()) + timedelta(days=days_ahead)).isoformat(),
    }
    return str((await officer.post("site_validation", f"{path}/visits", plan))["id"])


async def hold_visit(officer: Player, application_id: str, visit_id: str) -> None:
    """Records that the visit was held, and a finding that requires no action."""
    path = f"/validations/{application_id}"
    await officer.post("site_validation", f"{path}/visits/{visit_id}/record", {"held_on": today(now()).isoformat()})
    seen = {"kind": "best_practice", "text": "Everybody knows whom to call, at every hour."}
    await _record(officer, application_id, "CS-07", seen)


async def require_action(officer: Player, application_id: str, finding: SiteFinding) -> tuple[str, str]:
    """Records a finding that must be corrected; returns its id and its due date."""
    due_on = (today(now()) + timedelta(days=DAYS_TO_CORRECT)).isoformat()
    seen = {"kind": "action_required", "text": finding.text, "due_on": due_on}
    return await _record(officer, application_id, finding.requirement, seen), due_on


async def _record(officer: Player, application_id: str, requirement: str, seen: Json) -> str:
    path = f"/validations/{application_id}"
    division = (await officer.get("site_validation", path))["divisions"][0]["division_id"]
    observation = {"division_id": division, "requirement_id": requirement, **seen}
    return str((await officer.post("site_validation", f"{path}/findings", observation))["id"])


async def accept_response(officer: Player, application_id: str, finding_id: str) -> None:
    """Opens the document that the company has named, compares its digest, and accepts the response."""
    path = f"/validations/{application_id}"
    findings = (await officer.get("site_validation", path))["findings"]
    (proof,) = next(finding for finding in findings if finding["finding_id"] == finding_id)["responses"][-1][
        "documents"
    ]
    paper = await officer.download("intake", f"/documents/{proof['document_id']}")
    if sha256(paper).hexdigest() != proof["sha256"]:
        raise Failed("the document is not the one that the company named in its response")
    await officer.post("site_validation", f"{path}/findings/{finding_id}/acceptance")


async def pass_validation(officer: Player, application_id: str) -> None:
    await officer.post("site_validation", f"/validations/{application_id}/conclusion", {"outcome": "passed"})


# --- decision and membership ----------------------------------------------------------------------


async def approve(officer: Player, application_id: str) -> None:
    await in_status(officer, "review", f"/cases/{application_id}", "decision_pending")
    await officer.post("review", f"/cases/{application_id}/approval")


async def deny(officer: Player, application_id: str, ground: str, message: str) -> None:
    await in_status(officer, "review", f"/cases/{application_id}", "decision_pending")
    await officer.post("review", f"/cases/{application_id}/denial", {"grounds": [ground], "message": message})


async def suspend(officer: Player, company_id: str, suspension: Suspension) -> None:
    await officer.post("review", f"/memberships/{company_id}/suspension", {"message": suspension.message})


async def reinstate(officer: Player, company_id: str, suspension: Suspension) -> None:
    await officer.post("review", f"/memberships/{company_id}/reinstatement", {"message": suspension.lifted})
