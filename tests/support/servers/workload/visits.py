"""The moves of site validation: visits, what is found at them, and how it ends."""

from datetime import timedelta
from hashlib import sha256

from shared.clock import now
from shared.programme.calendar import today
from tests.support.builders.uploads import PDF, TYPES
from tests.support.servers.workload.companies import upload
from tests.support.servers.workload.life import VALIDATION, Life, Stage
from tests.support.servers.workload.people import NOTE, REASON, Json

DAYS_TO_ACT = timedelta(days=30)


async def plan_visit(life: Life) -> Stage:
    divisions = [division["division_id"] for division in (await life.reads(VALIDATION))["divisions"]]
    planned = {"division_ids": divisions, "on": today(now()).isoformat()}
    life.visit = (await life.staff.visitor.does(life.path(f"POST {VALIDATION}/visits"), planned))["id"]
    return "visit_planned"


async def confirm_or_not(life: Life) -> Stage:
    """The company asks for another day, gets it, and confirms."""
    visit = "site_validation/companies/{company}/visits/{visit}"
    if life.chance.random() < 0.5:
        await life.company.founder.does(life.path(f"POST {visit}/another-day"), {"reason": "We take stock."})
        day = (today(now()) + timedelta(days=life.chance.randint(1, 9))).isoformat()
        await life.staff.visitor.does(life.path(f"PUT {VALIDATION}/visits/{life.visit}"), {"on": day})
    await life.company.founder.does(life.path(f"POST {visit}/confirmation"), changes=False)
    return "visit_planned"


async def cancel_visit(life: Life) -> Stage:
    await life.staff.visitor.does(life.path(f"DELETE {VALIDATION}/visits/{life.visit}"))
    return "medium_risk"


async def hold_visit(life: Life) -> Stage:
    held = {"held_on": today(now()).isoformat()}
    await life.staff.visitor.does(life.path(f"POST {VALIDATION}/visits/{life.visit}/record"), held)
    return "visited"


async def require_action(life: Life) -> Stage:
    due_on = (today(now()) + DAYS_TO_ACT).isoformat()
    life.finding = await _found(life, kind="action_required", text="A gate stands open at night.", due_on=due_on)
    return "action_open"


async def commend(life: Life) -> Stage:
    await _found(life, kind="best_practice", text="Drivers sign for every seal.")
    return "visited"


async def respond(life: Life) -> Stage:
    document = {"document_id": await upload(life.company, "finding_response"), "sha256": sha256(TYPES[PDF]).hexdigest()}
    response = {"text": "The gate has a lock now.", "documents": [document]}
    finding = "site_validation/companies/{company}/findings/{finding}"
    await life.company.founder.does(life.path(f"POST {finding}/responses"), response)
    return "action_answered"


async def accept(life: Life) -> Stage:
    await life.staff.visitor.does(life.path(f"POST {VALIDATION}/findings/{life.finding}/acceptance"))
    return "visited"


async def reject(life: Life) -> Stage:
    rejection = {"text": "Show the lock.", "due_on": (today(now()) + DAYS_TO_ACT).isoformat()}
    await life.staff.visitor.does(life.path(f"POST {VALIDATION}/findings/{life.finding}/rejection"), rejection)
    return "action_open"


async def pass_it(life: Life) -> Stage:
    await life.staff.visitor.does(life.path(f"POST {VALIDATION}/conclusion"), {"outcome": "passed"})
    return "to_be_approved"


async def fail_it(life: Life) -> Stage:
    await life.staff.visitor.does(life.path(f"POST {VALIDATION}/conclusion"), {"outcome": "failed", "reason": REASON})
    return "to_be_denied"


async def waive(life: Life) -> Stage:
    await life.staff.decider.does(life.path(f"POST {VALIDATION}/waiver"), {"reason": REASON})
    return "to_be_approved"


async def _found(life: Life, **observed: Json) -> str:
    division = (await life.reads(VALIDATION))["divisions"][0]
    about = {"division_id": division["division_id"], "requirement_id": division["answers"][0]["requirement_id"]}
    finding = {**about, **observed, "note": NOTE}
    return str((await life.staff.visitor.does(life.path(f"POST {VALIDATION}/findings"), finding))["id"])
