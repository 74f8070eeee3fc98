"""A company's course through the programme: the moves of each stage, how likely each is, and where it leads.

A move does what its people do, in the order in which they must, and names the stage that follows. It begins when
every service concerned has consumed its stage, so that every one of its commands is legal.
"""

from collections.abc import Awaitable, Callable, Mapping

from tests.support.servers.workload.companies import CATALOGUE, answer, eligibility, sign_and_submit
from tests.support.servers.workload.life import ASSESSMENT, CASE, COMPANY, Life, Stage
from tests.support.servers.workload.people import NOTE, REASON, Json
from tests.support.servers.workload.visits import (
    accept,
    cancel_visit,
    commend,
    confirm_or_not,
    fail_it,
    hold_visit,
    pass_it,
    plan_visit,
    reject,
    require_action,
    respond,
    waive,
)

Move = Callable[[Life], Awaitable[Stage]]
NEXT_POLICY = "2026-11-draft"
MEMBERSHIP = "review/memberships/{company}"
MUST_UNTIL_0_3_0 = "CS-17"  # so that a review of that release may still meet
SHOULD = {each.id for each in CATALOGUE.requirements if each.level == "should"} - {MUST_UNTIL_0_3_0}
NOTICE = {"message": "Two seals could not be accounted for.", "note": NOTE}

# --- the company applies, answers, withdraws, leaves ----------------------------------------------


async def submit(life: Life) -> Stage:
    """A new application, in a band of risk of its own."""
    company = life.company
    life.band = life.chance.choices(("low", "medium", "high"), (6, 3, 1))[0]
    async with company.seal:
        await answer(company, eligibility(life.chance, life.band))
        await sign_and_submit(company)
    life.applications, life.submission = life.applications + 1, 1
    return "under_review"


async def resubmit(life: Life) -> Stage:
    company = life.company
    for question in (await life.reads(COMPANY))["questions"]["questions"]:
        reply = {"text": "The director signed it in March."}
        await company.founder.does(f"PUT {company.path}/questions/{question['question_id']}/reply", reply)
    async with company.seal:
        await sign_and_submit(company)
    life.submission += 1
    return "under_review"


async def withdraw(life: Life) -> Stage:
    async with life.company.seal:
        await life.company.owner.does(f"POST {life.company.path}/withdrawal")
    return "withdrawn"


async def withdraw_while_approved(life: Life) -> Stage:
    """Two closing acts cross: the one that the case handles first wins, and everybody follows it."""
    await withdraw(life)
    won = await life.staff.decider.may_do(life.path(f"POST {CASE}/approval"), "not_approvable")
    return "active" if won else "withdrawn"


async def leave(life: Life) -> Stage:
    async with life.company.seal:
        await life.company.owner.does(f"POST {life.company.path}/departure")
    return "left"


# --- review ---------------------------------------------------------------------------------------


async def judge(life: Life) -> Stage:
    """Judges what is still to judge or lacked before; a measure that is only recommended is sometimes found lacking."""
    case, reviewer = await _taken(life), life.staff.reviewer
    for judged in case["answers_to_judge"]:
        lacks = judged["requirement_id"] in SHOULD and life.chance.random() < 0.2
        opinion = {"verdict": "not_met", "advice": "Consider it."} if lacks else {"verdict": "met"}
        path = f"{CASE}/judgements/{judged['division_id']}/{judged['requirement_id']}"
        await reviewer.does(life.path(f"PUT {path}"), opinion | {"note": NOTE})
    opined = [document for document in case["documents"] if document["judgement"]]
    lacking = [document["document_id"] for document in opined if not document["judgement"]["accepted"]]
    for document in (*case["documents_to_judge"], *lacking):
        await reviewer.does(life.path(f"PUT {CASE}/documents/{document}/judgement"), {"accepted": True, "note": NOTE})
    return "judged"


async def pause(life: Life) -> Stage:
    await _taken(life)
    reason = {"code": "awaiting_other_authority", "text": "The port authority decides on the lease."}
    await life.staff.reviewer.does(life.path(f"PUT {CASE}/pause"), reason)
    await life.staff.reviewer.does(life.path(f"DELETE {CASE}/pause"))
    return "under_review"


async def ask_and_return(life: Life) -> Stage:
    await _taken(life)
    for text in ("Who signed the statement?", "When?")[: life.chance.randint(1, 2)]:
        await life.staff.reviewer.does(life.path(f"POST {CASE}/questions"), {"text": text})
    await life.staff.reviewer.does(life.path(f"POST {CASE}/return"), {})
    return "returned"


async def ask_and_drop(life: Life) -> Stage:
    """What is asked is thought better of."""
    await _taken(life)
    text, reviewer = {"text": "Who signed the statement?"}, life.staff.reviewer
    question = (await reviewer.does(life.path(f"POST {CASE}/questions"), text))["id"]
    await reviewer.does(life.path(f"DELETE {CASE}/questions/{question}"))
    return life.stage


async def conclude_meets(life: Life) -> Stage:
    await life.staff.reviewer.does(life.path(f"POST {CASE}/conclusion"), {"outcome": "meets"})
    after: dict[str, Stage] = {"low": "low_risk", "medium": "referred", "high": "to_be_denied"}
    return after[life.band]


async def conclude_does_not_meet(life: Life) -> Stage:
    """For a document that is not accepted after all, where one was required."""
    case, reviewer = await life.reads(CASE), life.staff.reviewer
    required = [document["document_id"] for document in case["documents"] if document["required"]]
    for document in required[:1]:
        opinion = {"accepted": False, "advice": "The signature is missing."}
        await reviewer.does(life.path(f"PUT {CASE}/documents/{document}/judgement"), opinion)
        await reviewer.is_refused(
            life.path(f"POST {CASE}/conclusion"), "document_not_accepted", body={"outcome": "meets"}
        )
    await reviewer.does(life.path(f"POST {CASE}/conclusion"), {"outcome": "does_not_meet"})
    return "to_be_denied"


async def approve(life: Life) -> Stage:
    await life.staff.decider.does(life.path(f"POST {CASE}/approval"))
    return "active"


async def deny(life: Life) -> Stage:
    denial = {"grounds": ["profile", "eligibility"], "message": "The yard is not fenced.", "note": NOTE}
    await life.staff.decider.does(life.path(f"POST {CASE}/denial"), denial)
    return "denied"


async def _taken(life: Life) -> Json:
    """The case, in the reviewer's hands."""
    case, reviewer = await life.reads(CASE), life.staff.reviewer
    if case["assignee"] is None:
        await reviewer.does(life.path(f"PUT {CASE}/assignment"), {"officer": reviewer.urn})
    return case


# --- risk -----------------------------------------------------------------------------------------


async def find_acceptable(life: Life) -> Stage:
    await _decide_risk(life, "acceptable")
    return "medium_risk"


async def find_unacceptable(life: Life) -> Stage:
    await _decide_risk(life, "unacceptable")
    return "to_be_denied"


async def _decide_risk(life: Life, outcome: str) -> None:
    """Once it was seen what the next policy would make of it."""
    compared = await life.staff.assessor.sees(life.path(f"{ASSESSMENT}/what-if?policy={NEXT_POLICY}"))
    assert compared["scored"]["band"] == life.band
    await life.staff.assessor.does(life.path(f"POST {ASSESSMENT}/decision"), {"outcome": outcome, "reason": REASON})


# --- membership -----------------------------------------------------------------------------------


async def suspend(life: Life) -> Stage:
    await life.staff.decider.does(life.path(f"POST {MEMBERSHIP}/suspension"), NOTICE)
    return "suspended"


async def reinstate(life: Life) -> Stage:
    await life.staff.decider.does(life.path(f"POST {MEMBERSHIP}/reinstatement"), NOTICE)
    return "active"


async def cancel(life: Life) -> Stage:
    await life.staff.decider.does(life.path(f"POST {MEMBERSHIP}/cancellation"), NOTICE)
    return "cancelled"


# --- the table ------------------------------------------------------------------------------------

COURSE: Mapping[Stage, Mapping[Move, int]] = {
    "preparing": {submit: 1},
    "under_review": {judge: 8, pause: 1, ask_and_return: 1, ask_and_drop: 1, deny: 1, withdraw: 1},
    "judged": {conclude_meets: 8, conclude_does_not_meet: 1, ask_and_return: 1, ask_and_drop: 1},
    "returned": {resubmit: 6, withdraw: 1},
    "referred": {find_acceptable: 4, find_unacceptable: 1, withdraw: 1},
    "low_risk": {plan_visit: 6, waive: 3, withdraw: 1},
    "medium_risk": {plan_visit: 8, withdraw: 1},
    "visit_planned": {hold_visit: 5, confirm_or_not: 3, cancel_visit: 1},
    "visited": {pass_it: 5, require_action: 2, commend: 2, fail_it: 1},
    "action_open": {respond: 8, withdraw: 1},
    "action_answered": {accept: 4, reject: 1},
    "to_be_approved": {approve: 8, ask_and_return: 1, withdraw_while_approved: 2, deny: 1},
    "to_be_denied": {deny: 3, ask_and_return: 2, ask_and_drop: 1, withdraw: 1},
    "denied": {submit: 1},
    "withdrawn": {submit: 1},
    "active": {suspend: 4, cancel: 1, leave: 2},
    "suspended": {reinstate: 4, cancel: 1, leave: 1},
    "cancelled": {submit: 1},
    "left": {submit: 1},
}


async def advance(life: Life) -> None:
    """One move of those that the stage allows."""
    moves = COURSE[life.stage]
    move = life.chance.choices(list(moves), list(moves.values()))[0]
    life.trail.append(getattr(move, "__name__", ""))
    life.stage = await move(life)
