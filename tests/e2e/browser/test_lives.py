"""Two companies go from a first visit to the record that a partner reads: in French without script, in English with it.

The whole deployment is at work behind its gateway. People fill everything in at the portal.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from json import loads
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from deploy.demo.cast import Cast
from deploy.demo.lives import Firm, ReviewQuestion, SiteFinding, lives
from deploy.local.deployment import Deployment
from shared.i18n import Language
from shared.pages.speech import NO_BREAK
from tests.e2e.browser.applying import Applying
from tests.e2e.browser.officers import Officers
from tests.e2e.browser.people import Somebody, somebody
from tests.support.builders.company_life import patient_cast
from tests.support.servers.bus import Record, on_topic, until

pytestmark = pytest.mark.timeout(600)
MARK = "Zibeline 7419"  # in whatever people type
IMPORTER, BROKER = (life.firm for life in lives()[1:])
QUESTION = ReviewQuestion(
    requirement="CC-21", text=f"Who checks it? {MARK}", reply=f"The manager. {MARK}", answer=f"By the manager. {MARK}"
)
FINDING = SiteFinding(requirement="CC-21", text=f"The padlock is rusty. {MARK}", response=f"It is new. {MARK}")
ENDED: set[Language] = set()


@dataclass(frozen=True)
class Plan:
    """One of the two lives: who applies in which language, and which administration it informs."""

    language: Language
    script: bool
    firm: Firm
    administration: str
    owner: str
    colleague: str


PLANS = (
    Plan(
        "fr",
        script=False,
        firm=BROKER.model_copy(update={"legal_name": f"Courtage {MARK} inc.", "business_number": "960000016"}),
        administration="JP",
        owner="Maude Zibeline",
        colleague="Rémi Zibeline",
    ),
    Plan(
        "en",
        script=True,
        firm=IMPORTER.model_copy(
            update={
                "legal_name": f"{MARK} Agency Inc.",
                "business_number": "960000024",
                "line": "shipping_agent",
                "language": "en",
            }
        ),
        administration="US",
        owner="Selma Zibeline",
        colleague="Dov Zibeline",
    ),
)


@dataclass(frozen=True)
class Stage:
    """Where a life takes place, and who is there."""

    plan: Plan
    deployment: Deployment
    cast: Cast
    owner: Somebody
    colleague: Somebody


@pytest.fixture(params=PLANS, ids=lambda plan: plan.language)
async def stage(request: pytest.FixtureRequest, chromium: Browser, deployment: Deployment) -> AsyncIterator[Stage]:
    plan: Plan = request.param
    assert deployment.portal
    async with AsyncExitStack() as at_once:
        cast = await at_once.enter_async_context(patient_cast(deployment))
        owner, colleague = [
            await at_once.enter_async_context(
                somebody(chromium, deployment.portal.url, plan.language, script=plan.script)
            )
            for _ in range(2)
        ]
        yield Stage(plan, deployment, cast, owner, colleague)


async def test_a_company_becomes_a_member_whom_a_partner_knows(stage: Stage) -> None:
    read = await prepared(stage)
    officers = await submitted(stage)
    await asked_and_answered(stage, officers)
    await visited(stage, officers)
    await officers.approve()
    await informed(stage, read)
    assert (stage.owner.complaints, stage.colleague.complaints) == ([], [])
    ENDED.add(stage.plan.language)


def test_no_log_knows_what_people_typed(deployment: Deployment) -> None:
    assert {plan.language for plan in PLANS} == ENDED
    logs = {log.name: log.read_text("utf-8") for log in (deployment.data / "logs").iterdir()}
    typed = (MARK, "Zibeline", *(plan.firm.business_number for plan in PLANS), "example.com")
    assert [(text, name) for name, log in logs.items() for text in typed if text in log] == []


async def prepared(stage: Stage) -> list[str]:
    """A company is registered, and everything filled in; what is to be sent abroad is read and signed."""
    plan, owner, colleague = stage.plan, stage.owner, stage.colleague
    applying = Applying(owner, plan.firm, f"In place since 2024. {MARK}")
    await owner.sign_in(plan.owner)
    await applying.register(plan.owner.split()[-1])
    await colleague.sign_in(plan.colleague)
    await colleague.open("welcome")
    await applying.add_a_colleague(await colleague.part("#urn").input_value(), plan.colleague.split()[-1])
    colleague.ids.update(owner.ids)
    await owner.open("overview")
    before, full = await wheels(owner), owner.words("ui.ring", percent={"en": "100%", "fr": "100 %"}[plan.language])
    assert (len(before), full in before) == (4, False)
    await applying.fill_what_is_missing()
    assert await wheels(owner) == [full] * 4
    return await applying.consent(plan.administration)


async def submitted(stage: Stage) -> Officers:
    """The colleague may read what is submitted, and the owner alone submits it."""
    owner, colleague = stage.owner, stage.colleague
    await colleague.open("overview")
    await expect(colleague.part("main .button--go")).to_have_count(0)
    await colleague.open("submit")
    await expect(colleague.part("main form")).to_have_count(0)
    await expect(colleague.part("main")).to_contain_text(colleague.words("submit.who"))
    await owner.open("overview")
    await owner.follow("main .button--go")
    await Applying(owner, stage.plan.firm, MARK).sign()
    officers = await Officers.receiving(stage.cast, stage.plan.firm.business_number)
    await owner.open_until("submitted", ".notice--ok")
    return officers


async def asked_and_answered(stage: Stage, officers: Officers) -> None:
    owner = stage.owner
    await officers.ask(QUESTION)
    await owner.open_until("overview", "section[aria-labelledby=questions] a")
    await owner.follow("section[aria-labelledby=questions] a")
    await expect(owner.part("blockquote")).to_have_text(QUESTION.text)
    await owner.press("questions.save")
    assert len(await owner.faults()) == 1
    await owner.fill(text=QUESTION.reply)
    await owner.part("#documents").check()
    await owner.press("questions.save")
    await Applying(owner, stage.plan.firm, QUESTION.answer).improve(QUESTION.requirement)
    await owner.open("questions")
    await owner.follow("main .button--go")
    await Applying(owner, stage.plan.firm, MARK).sign()
    await officers.find_it_in_order()


async def visited(stage: Stage, officers: Officers) -> None:
    """The day is confirmed; what the officers find is answered with a document that was uploaded for it."""
    owner = stage.owner
    visit = await officers.propose_a_visit()
    await owner.open_until("visits", ".hero a")
    await owner.follow(".hero a")
    await owner.follow("form:has([name=form-act][value=confirm]) button")
    await expect(owner.part(".notice[role=status]")).to_have_text(owner.words("done.visit_confirmed"))
    finding = await officers.require_action(visit, FINDING)
    await owner.open_until("visits", ".hero a")
    await owner.follow(".hero a")
    await expect(owner.part("blockquote")).to_have_text(FINDING.text)
    await owner.fill(text=FINDING.response)
    await owner.press("draft.later")
    await owner.press("findings.upload")
    await Applying(owner, stage.plan.firm, MARK).upload("padlock")
    await owner.follow("li:has-text('padlock.pdf') .files__state a")
    await owner.press("nav.evidence")
    await owner.press("findings.use")
    await expect(owner.part("#text")).to_have_value(FINDING.response)
    await owner.press("findings.send")
    await expect(owner.part(".notice[role=status]")).to_have_text(owner.words("done.response"))
    await officers.accept(finding)


async def informed(stage: Stage, read: list[str]) -> None:
    """The membership on the overview, what was told in the log, and the record as the partner reads it."""
    owner, plan = stage.owner, stage.plan
    membership = await owner.open_until("overview", "section[aria-labelledby=membership] dd")
    pip = await membership.first.inner_text()
    await expect(owner.part(".step--done, .step--now")).to_have_count(6)
    logged = await owner.open_until("sharing_log", "main ol.stack > li")
    await logged.locator("summary").first.click()
    await expect(logged.locator("dd").first).to_have_text(plan.firm.legal_name)
    record = await received(stage.deployment, plan.administration, pip)
    assert (record["name"], record["status"]) == (plan.firm.legal_name, "AUTHORISED")
    assert record["name"] == read[0]
    assert all(line in read[1] for line in (*record["address"]["lines"], record["address"]["city"]))


async def received(deployment: Deployment, administration: str, pip: str) -> Mapping[str, Any]:
    """What the partner's own user reads of a company, as soon as it is there."""
    partner = f"partner.{administration.lower()}"
    found: list[Record] = []

    async def has_come() -> bool:
        found[:] = await on_topic(deployment.kafka(partner), f"pip.{partner}", pip)
        return bool(found)

    await until(has_come, 60, pause=0.5)
    record: Mapping[str, Any] = loads(found[-1].value or "null")
    return record


async def wheels(owner: Somebody) -> list[str]:
    """What the wheels of the four sections tell who does not see them."""
    rings = await owner.part(".section .ring").all()
    return [str(await ring.get_attribute("aria-label")).replace(NO_BREAK, " ") for ring in rings]
