"""`tt up --sample`: a company for every stage, brought there as people would bring it, through the services' APIs."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path
from time import monotonic
from typing import Literal

import yaml
from pydantic import TypeAdapter

from deploy.demo import officers
from deploy.demo.cast import Cast, cast_of, few_at_once
from deploy.demo.columns import Columns
from deploy.demo.company import Company
from deploy.demo.journey import Journey, Scene
from deploy.demo.lives import Life
from deploy.local import people
from deploy.local.deployment import Deployment, write_secret
from deploy.local.programs import ISSUER
from shared.i18n import Text

DAYS_TO_VISIT = 9
UNPAID = "The duties are not secured, and no payment is agreed."
Report = Callable[[str], None]


class Sample(Life):
    """A company that stays in one stage of its life; `does` says in which, to people who choose whom to sign in as."""

    does: Text
    stage: Literal[
        "preparing",
        "ready",
        "submitted",
        "returned",
        "referred",
        "visit_planned",
        "action_required",
        "decision",
        "member",
        "suspended",
        "denied",
    ]


def samples() -> tuple[Sample, ...]:
    """The companies, the one that has begun first."""
    text = Path(__file__).with_name("sample.yaml").read_text("utf-8")
    return TypeAdapter(tuple[Sample, ...]).validate_python(yaml.safe_load(text))


def offered() -> tuple[people.Sample, ...]:
    """Who is offered at sign-in: the owner of each company, then the officers, partners and operators."""
    owners = [
        people.Sample(
            subject=people.subject_of(sample.people.owner),
            name=sample.people.owner,
            about=Text(
                en=f"{sample.firm.legal_name} {sample.does.en}", fr=f"{sample.firm.legal_name} {sample.does.fr}"
            ),
        )
        for sample in samples()
    ]
    return (*owners, *(person for person in people.samples(None) if person.roles))


async def fill(deployment: Deployment, report: Report) -> None:
    """Brings each company to its stage; whoever has registered one already is left alone. Raises Failed."""
    written = TypeAdapter(tuple[people.Sample, ...]).dump_json(offered(), exclude_none=True)
    write_secret(deployment.data / ISSUER / "people.json", written.decode())
    report(f"bringing in {len(samples())} companies; those that an interruption leaves half-way stay there")
    async with cast_of(deployment) as cast:
        await few_at_once(_bring(cast, sample, report) for sample in samples())
    report("every company of the sample is there")


async def _bring(cast: Cast, sample: Sample, report: Report) -> None:
    owner, name = cast.trader(sample.people.owner), sample.firm.legal_name
    if (await owner.get("intake", "/me"))["companies"]:
        report(f"{name} is there already; sign in as {owner.name}")
        return
    unseen = Columns({}, lambda _: None, monotonic)
    journey = Journey(Scene(cast, unseen, {}), sample, await Company.registered(sample.firm, owner))
    async with aclosing(_stages(journey, sample)) as stages:
        async for stage in stages:
            if stage == sample.stage:
                break
    report(f"{name} {sample.does.en}; sign in as {owner.name}")


async def _stages(journey: Journey, sample: Sample) -> AsyncGenerator[str, None]:
    """Each stage of a company as it is reached."""
    company, catalogue = journey.company, await journey.company.owner.get("intake", "/catalogue")
    await company.answer_about_itself(catalogue)
    yield "preparing"
    await journey.prepare(catalogue)
    yield "ready"
    await journey.consent()
    application_id = await journey.submit(catalogue)
    yield "submitted"
    if sample.question:
        await officers.take(journey.officer("review_officer"), application_id)
        await officers.judge(journey.officer("review_officer"), application_id, sample.question)
        await officers.send_back(journey.officer("review_officer"), application_id, sample.question)
        yield "returned"
    await journey.review(application_id, catalogue)
    later = _judged_by_risk if sample.firm.declares else _visited
    async with aclosing(later(journey, sample, application_id)) as stages:
        async for stage in stages:
            yield stage


async def _judged_by_risk(journey: Journey, _: Sample, application_id: str) -> AsyncGenerator[str, None]:
    """What a company has declared is referred to an officer, and may end its application."""
    officer = journey.officer("risk_officer")
    await officers.in_status(officer, "risk", f"/assessments/{application_id}", "referred")
    yield "referred"
    await officers.decide_risk(officer, application_id, "unacceptable", UNPAID)
    await officers.deny(journey.officer("decision_officer"), application_id, "risk", UNPAID)
    yield "denied"


async def _visited(journey: Journey, sample: Sample, application_id: str) -> AsyncGenerator[str, None]:
    """From the risk on which nothing weighs to the visit, the decision and the membership."""
    visitor, decider = journey.officer("site_officer"), journey.officer("decision_officer")
    await journey.assess(application_id)
    visit_id = await officers.plan_visit(visitor, application_id, DAYS_TO_VISIT)
    yield "visit_planned"
    await journey.company.confirm_visit(visit_id)
    await officers.hold_visit(visitor, application_id, visit_id)
    if sample.finding:
        await officers.require_action(visitor, application_id, sample.finding)
        yield "action_required"
    await officers.pass_validation(visitor, application_id)
    await officers.in_status(decider, "review", f"/cases/{application_id}", "decision_pending")
    yield "decision"
    await journey.approve(application_id)
    yield "member"
    if sample.suspension:
        await officers.suspend(decider, journey.company.id, sample.suspension)
        yield "suspended"
