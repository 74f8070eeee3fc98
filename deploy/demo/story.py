"""The order of the story, from registration to a withdrawn consent; every step goes through the HTTP APIs."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from deploy.demo import officers
from deploy.demo.cast import Cast, Json, cast_of, until
from deploy.demo.company import Company, Firm
from deploy.demo.outcome import Application, Outcome, records
from deploy.demo.partners import Listener, Told, listening, may_read
from deploy.demo.show import Show
from deploy.errors import Failed
from deploy.local.deployment import Deployment
from deploy.local.kafka import OPERATOR as OPERATOR_USER
from deploy.operations.access import OPERATOR, Services, token_of
from deploy.operations.reconcile import reconcile
from shared.topics import topics

INFORMED = ("US", "JP")
NOT_INFORMED = "KR"
SHARED = {"legal_name", "address"}
RECONCILED_WITHIN = 10.0


@dataclass(frozen=True)
class Scene:
    """What every part of the story works with."""

    cast: Cast
    show: Show
    bus: Listener
    partners: dict[str, Listener]


async def tell(deployment: Deployment, show: Show) -> Outcome:
    """Plays one company's life on a fresh deployment. Raises Failed at the first thing that is not as it should be."""
    async with AsyncExitStack() as stack:
        cast = await stack.enter_async_context(cast_of(deployment))
        inside = [topic.name for topic in topics() if not topic.compacted]
        bus = await stack.enter_async_context(listening(deployment.kafka(OPERATOR_USER), inside, None, lambda told: show.event(told.type)))
        partners = {code: await stack.enter_async_context(_partner(deployment, code)) for code in (*INFORMED, NOT_INFORMED)}
        scene = Scene(cast, show, bus, partners)
        company, application_id = await _apply(scene)
        await _review(scene, company, application_id)
        await _validate(scene, company, application_id)
        await _decide(scene, company, application_id)
        await _inform(scene, company)
        await _withdraw(scene, company)
        await _prove(scene)
        return await _outcome(scene, company)


def _partner(deployment: Deployment, administration: str) -> Any:
    user = f"partner.{administration.lower()}"
    return listening(deployment.kafka(user), (f"pip.{user}",), f"{user}.demo")


async def _apply(scene: Scene) -> tuple[Company, str]:
    show, owner = scene.show, scene.cast.trader("Maren Halloway")
    show.stage("application")
    company = await Company.registered(Firm(), owner)
    show.step(f"{company.firm.legal_name} registers; {owner.name} is its account owner")
    show.step(f"dashboard: {_completion(await company.dashboard())}")
    proxy, full = scene.cast.trader("Idris Okonkwo"), scene.cast.trader("Noor Castellan")
    catalogue = await owner.get("intake", "/catalogue")
    await company.add_people(proxy, full)
    await company.answer_about_itself()
    evidence = await company.upload_documents(catalogue)
    await company.add_divisions(catalogue, evidence)
    show.step(f"dashboard: {_completion(await company.dashboard())}")
    consents = await owner.get("intake", f"{company.path}/consents")
    show.record("what a consent would send; status, dates and number follow with membership", flat(consents["preview"]))
    for administration in INFORMED:
        await company.consent(administration, consents["text"]["version"])
    show.step(f"{owner.name} consents to inform {' and '.join(INFORMED)}, and nobody else")
    for language in ("en", "fr"):
        problem = await full.refused("intake", f"{company.path}/submission", company.submission(catalogue), language)
        show.step(f"{full.name}, a full-access user, may not submit: {problem['title']} ({problem['code']})")
    await company.submit(catalogue)
    show.step(f"{owner.name} submits")
    case = await officers.queued(scene.cast.officer("Ada Reviewer", "review_officer"), company.id)
    return company, case["application_id"]


async def _review(scene: Scene, company: Company, application_id: str) -> None:
    show, officer = scene.show, scene.cast.officer("Ada Reviewer", "review_officer")
    show.stage("review")
    show.step(f"the case of {company.firm.legal_name} stands in the queue; {officer.name} takes it")
    judged = await officers.judge(officer, application_id)
    show.step(f"{judged} judgements; the security profile meets the requirements")
    show.stage("risk")
    await officers.in_status(officer, application_id, "site_validation")
    assessment = await scene.cast.officer("Rolf Riskman", "risk_officer").get("risk", f"/assessments/{application_id}")
    decision, score = assessment["decision"], assessment["score"]
    show.step(f"{score['score']} points, band {score['band']}: {decision['outcome']}, decided by {decision['decided_by']}")


async def _validate(scene: Scene, company: Company, application_id: str) -> None:
    show, officer = scene.show, scene.cast.officer("Sita Visitor", "site_officer")
    show.stage("site validation")
    visit_id = await officers.plan_visit(officer, application_id)
    show.step(f"{officer.name} plans a visit to both divisions")
    await company.confirm_visit(visit_id)
    show.step("the company confirms the day")
    await officers.visit(officer, application_id, visit_id)
    show.step("the visit is held, a best practice recorded, the validation passed")


async def _decide(scene: Scene, company: Company, application_id: str) -> None:
    show, officer = scene.show, scene.cast.officer("Dana Decider", "decision_officer")
    show.stage("decision")
    await officers.approve(officer, application_id)
    show.step(f"{officer.name} approves")

    async def active() -> Json:
        dashboard = await company.dashboard()
        return dashboard if (dashboard["membership"] or {}).get("status") == "active" else None

    membership = (await until(active, "the membership"))["membership"]
    benefits = ", ".join(benefit["code"] for benefit in membership["benefits"])
    show.step(f"member {membership['pip_id']}, with {benefits}")


async def _inform(scene: Scene, company: Company) -> None:
    show = scene.show
    show.stage("partners")
    for code in INFORMED:
        told = await scene.partners[code].has(1)
        show.record(f"what {code} got, key, headers and body", {"key": told.key, **told.headers, **flat(told.body)})
        show.step(f"{code} got nothing else: {', '.join(_withheld(company, told))} stay here")
        members = (await scene.cast.partner(code).get("mra_exchange", "/partner/members"))["members"]
        if members != [told.body]:
            raise Failed(f"the feed of {code} differs from its topic")
        show.step(f"{code} reads the same record from its feed over HTTP")
    members = (await scene.cast.partner(NOT_INFORMED).get("mra_exchange", "/partner/members"))["members"]
    if members or scene.partners[NOT_INFORMED].told:
        raise Failed(f"{NOT_INFORMED} was told of a company that had not consented")
    show.step(f"{NOT_INFORMED}, to which the company did not consent, got nothing on either way")
    user = f"partner.{INFORMED[0].lower()}"
    if await may_read(scene.cast.deployment.kafka(user), f"pip.partner.{INFORMED[1].lower()}", f"{user}.curious"):
        raise Failed(f"{user} may read what {INFORMED[1]} gets")
    show.step(f"Kafka refuses the topic of {INFORMED[1]} to {user}")


async def _withdraw(scene: Scene, company: Company) -> None:
    show, code = scene.show, INFORMED[1]
    show.stage("withdrawal")
    await company.withdraw_consent(code)
    show.step(f"the owner withdraws the consent for {code}")
    told = await scene.partners[code].has(2)
    if told.body is not None:
        raise Failed(f"{code} got another record instead of the end of sharing")
    show.record(f"what {code} got now: a tombstone", {"key": told.key, **told.headers})
    if (await scene.cast.partner(code).get("mra_exchange", "/partner/members"))["members"]:
        raise Failed(f"the feed of {code} still has the member")
    show.step(f"the feed of {code} is empty")
    log = await company.owner.get("mra_exchange", f"{company.path}/disclosures")
    for entry in log["entries"]:
        show.step(f"the company's log: {entry['administration']}, {entry['text']['en']} ({entry['cause_text']['en']})")


async def _prove(scene: Scene) -> None:
    show, deployment = scene.show, scene.cast.deployment
    show.stage("proof")
    services = Services(deployment.services, token_of(OPERATOR, deployment))
    found = await asyncio.to_thread(reconcile, services, RECONCILED_WITHIN)
    if found.lacks:
        raise Failed("\n".join(found.lacks))
    show.step(f"tt reconcile: all {found.messages} messages were heard by everybody who should hear them")
    for service in services.urls:
        proof = await asyncio.to_thread(services.get, service, "/operations/journal/verification")
        if proof["flaws"]:
            raise Failed(f"{service}: {proof['flaws']}")
        show.step(f"tt journal verify: {service}, {proof['verified']} aggregates proved")


async def _outcome(scene: Scene, company: Company) -> Outcome:
    await scene.bus.caught_up()
    events: Counter[str] = sum((listener.types() for listener in (scene.bus, *scene.partners.values())), Counter())
    stages = [told.body["stage"] for told in scene.bus.told if told.type == "pip.ApplicationProgressed.v1"]
    distinct = tuple(stage for stage, before in zip(stages, (None, *stages), strict=False) if stage != before)
    course = (await company.dashboard())["course"]
    return Outcome(
        applications=(Application(company=company.firm.legal_name, status=course["stage"], stages=distinct),),
        events=dict(sorted(events.items())),
        partners=records({code: listener.told for code, listener in scene.partners.items()}),
        seconds=scene.show.seconds,
    )


def _completion(dashboard: Json) -> str:
    parts = [*dashboard["sections"], dashboard["documents"]]
    missing = [lack["where"] for part in parts for lack in part["missing"]]
    shown = ", ".join(f"{part['title']['en']} {part['percent']} %" for part in parts)
    return f"{shown}; {f'missing: {len(missing)}, as {missing[0]}' if missing else 'nothing is missing'}"


def _withheld(company: Company, told: Told) -> list[str]:
    """The parts of the profile that are not shared. Raises Failed if a value of theirs occurs anywhere in the message."""
    withheld = {name: value for name, value in flat(company.firm.profile()).items() if name.split(".")[0] not in SHARED}
    leaked = [name for name, value in withheld.items() if len(str(value)) > len("CA") and str(value) in told.words()]
    if leaked:
        raise Failed(f"these parts of the profile have left the country: {', '.join(leaked)}")
    return list(withheld)


def flat(value: Json, path: str = "") -> dict[str, Any]:
    """Every leaf under its path, as `address.city`."""
    if not isinstance(value, dict):
        return {path: ", ".join(map(str, value)) if isinstance(value, list) else value}
    return {name: leaf for key, part in value.items() for name, leaf in flat(part, f"{path}.{key}" if path else key).items()}
