"""The cases of a review officer, some of them urgent, and one that waits for a decision."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared.clock import now
from shared.contracts.catalogue import binding, load
from shared.contracts.intake import Division
from shared.contracts.site_validation import ReportedFinding
from tests.support.builders.applicant import business_number
from tests.support.builders.packages import LINES, YARD, divisions, eligibility, profile
from tests.support.builders.review import MUST, declared, risk_assessed, site_validated, visits_scheduled
from tests.support.builders.reviewing import judged, opened
from tests.support.servers.served import Person, Served, application_of

SUBMITTED_DAYS_AGO = {
    "Northern Lights Cartage Ltd.": 283,
    "Entrepôts du Vieux-Port inc.": 252,
    "Prairie Lantern Imports Inc.": 40,
}
SHOULD = next(each.id for each in binding(load(), LINES) if each.level == "should")
UNFENCED = {"verdict": "not_met", "advice": "Fence the north side of the yard.", "note": "Seen on the site plan."}
LOCKED = ReportedFinding(
    division_id=YARD,
    requirement_id=MUST,
    kind="action_required",
    state="accepted",
    text="Replace the padlock of the north gate.",
)


async def in_hand(review: Served, officer: Person) -> None:
    """Cases of several companies that the officer has, each as urgent as its age makes it."""
    for name, days in SUBMITTED_DAYS_AGO.items():
        described = profile(legal_name=name, business_number=business_number())
        await opened(review, officer, uuid4(), submitted_at=now() - timedelta(days=days), profile=described)


async def to_be_decided(review: Served, officer: Person) -> Mapping[str, str]:
    """The ids of a company whose case waits for a decision: one requirement is not met, one finding was settled."""
    company, described = uuid4(), profile(legal_name="Courtage Sainte-Claire inc.", business_number=business_number())
    changes: dict[str, Any] = {
        "profile": described,
        "eligibility": eligibility(crown_debt=True),
        "divisions": tuple(_short(division) for division in divisions()),
    }
    case = await opened(review, officer, company, submitted_at=now() - timedelta(days=110), **changes)
    await officer.does(f"PUT {case}/judgements/{YARD}/{SHOULD}", UNFENCED)
    await judged(officer, case)
    await officer.does(f"POST {case}/conclusion", {"outcome": "meets"})
    await officer.sees(case, status="risk_assessment")
    validated = site_validated().model_copy(update={"findings": (LOCKED,)})
    for event in (declared().model_copy(update={"profile": described}), risk_assessed(), visits_scheduled("held")):
        await review.consumes(company, event)
    await officer.sees(case, status="site_validation")
    await review.consumes(company, validated)
    await officer.sees(case, status="decision_pending")
    return {"company_id": str(company), "application_id": str(application_of(company))}


def _short(division: Division) -> Division:
    """With two answers alone: to a mandatory requirement and to a recommended one."""
    answers = tuple(each for each in division.answers if each.requirement_id in {MUST, SHOULD})
    return division.model_copy(update={"answers": answers})
