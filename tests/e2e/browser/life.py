"""A company's whole life at the portal: from a first visit to the record that a partner reads.

The whole deployment is at work behind its gateway. Companies, officers, partners and operators do all at the portal.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from playwright.async_api import Browser, expect

from deploy.demo.cast import OFFICERS
from deploy.demo.lives import Firm, ReviewQuestion, SiteFinding
from deploy.local.deployment import Deployment
from shared.pages.speech import NO_BREAK
from tests.e2e.browser.answering import Answering
from tests.e2e.browser.applying import Applying
from tests.e2e.browser.assessing import Assessing
from tests.e2e.browser.deciding import Deciding
from tests.e2e.browser.judging import Opinion
from tests.e2e.browser.operating import Operating
from tests.e2e.browser.people import Manner, Somebody, somebody
from tests.e2e.browser.receiving import Receiving
from tests.e2e.browser.reviewing import Reviewing
from tests.e2e.browser.visiting import Visiting

MARK = "Zibeline 7419"  # in whatever people type
STATEMENT = f"In place since 2024. {MARK}"
QUESTION = ReviewQuestion(
    requirement="CC-21", text=f"Who checks it? {MARK}", reply=f"The manager. {MARK}", answer=f"By the manager. {MARK}"
)
ADVICE, NOTE = f"Keep a list of those who check. {MARK}", f"Call them next week. {MARK}"
DOUBT = Opinion(QUESTION.requirement, "not_met", ADVICE, NOTE, QUESTION.text)
ASSENT = Opinion(QUESTION.requirement, "met", ADVICE, NOTE)
FINDING = SiteFinding(requirement="CC-21", text=f"The padlock is rusty. {MARK}", response=f"It is new. {MARK}")


@dataclass(frozen=True)
class Plan:
    """How people act in a life, who applies, and which administration it informs."""

    manner: Manner
    firm: Firm
    administration: str
    owner: str
    colleague: str


class People(NamedTuple):
    """Everybody in a life, each at a browser of their own."""

    owner: Somebody
    colleague: Somebody
    reviewer: Somebody
    assessor: Somebody
    visitor: Somebody
    decider: Somebody
    partner: Somebody
    operator: Somebody


@dataclass(frozen=True)
class Stage:
    """Where a life takes place, and who is there."""

    plan: Plan
    deployment: Deployment
    people: People

    @property
    def firm(self) -> Firm:
        return self.plan.firm


@asynccontextmanager
async def staged(plan: Plan, chromium: Browser, deployment: Deployment) -> AsyncIterator[Stage]:
    assert deployment.portal
    async with AsyncExitStack() as at_once:
        people = [
            await at_once.enter_async_context(somebody(chromium, deployment.portal.url, plan.manner))
            for _ in People._fields
        ]
        yield Stage(plan, deployment, People(*people))


async def whole_life(stage: Stage) -> None:
    """Nobody's browser has anything to complain of."""
    read = await prepared(stage)
    await submitted(stage)
    await reviewed(stage)
    await assessed(stage)
    await visited(stage)
    foreseen = await decided(stage)
    await informed(stage, read, foreseen)
    await looked_after(stage)
    assert [person.complaints for person in stage.people] == [[]] * len(stage.people)


async def prepared(stage: Stage) -> list[str]:
    """A company is registered, and everything filled in; what is to be sent abroad is read and signed."""
    plan, owner, colleague = stage.plan, stage.people.owner, stage.people.colleague
    applying = Applying(owner, plan.firm, STATEMENT)
    await owner.sign_in(plan.owner)
    await applying.register(plan.owner.split()[-1])
    await colleague.sign_in(plan.colleague)
    await colleague.open("welcome")
    await applying.add_a_colleague(await colleague.part("#urn").input_value(), plan.colleague.split()[-1])
    colleague.ids.update(owner.ids)
    await owner.enter("overview")
    full = owner.words("ui.ring", percent={"en": "100%", "fr": "100 %"}[owner.language])
    before = await wheels(owner)
    assert (len(before), full in before) == (4, False)
    await applying.fill_what_is_missing()
    assert await wheels(owner) == [full] * 4
    return await applying.consent(plan.administration)


async def submitted(stage: Stage) -> None:
    """The colleague may read what is submitted, and the owner alone submits it."""
    owner, colleague = stage.people.owner, stage.people.colleague
    await colleague.open("overview")
    await expect(colleague.part("main .button--go")).to_have_count(0)
    await colleague.open("submit")
    await expect(colleague.part("main form")).to_have_count(0)
    await expect(colleague.part("main")).to_contain_text(colleague.words("submit.who"))
    await owner.enter("overview")
    await owner.follow("main .button--go")
    await Applying(owner, stage.firm, STATEMENT).sign()


async def reviewed(stage: Stage) -> None:
    """The case is judged, returned with a question, answered, and judged anew where it has changed."""
    reviewer, company = Reviewing(stage.people.reviewer, stage.firm), Answering(stage.people.owner, stage.firm)
    await stage.people.reviewer.sign_in_as(OFFICERS["review_officer"])
    await reviewer.take_the_case()
    await stage.people.owner.reload_until(".notice--ok")
    await reviewer.judge(DOUBT)
    await reviewer.send_back(QUESTION.text)
    await company.reply(QUESTION)
    await reviewer.see_what_changed(STATEMENT, QUESTION)
    await reviewer.judge(ASSENT)
    await reviewer.conclude()
    await company.read_advice(ADVICE, NOTE)


async def assessed(stage: Stage) -> None:
    """By policy, unless the company has declared what counts against it."""
    if stage.firm.declares:
        await stage.people.assessor.sign_in_as(OFFICERS["risk_officer"])
        await Assessing(stage.people.assessor, stage.firm).accept_the_risk(f"The sum is secured. {MARK}")


async def visited(stage: Stage) -> None:
    """The day is confirmed; what the officer finds is answered with a document that was uploaded for it."""
    visitor, company = Visiting(stage.people.visitor, stage.firm), Answering(stage.people.owner, stage.firm)
    await stage.people.visitor.sign_in_as(OFFICERS["site_officer"])
    await visitor.plan_a_visit()
    await company.confirm_the_visit()
    await visitor.hold_the_visit()
    await visitor.record_what_was_found(FINDING, f"As it was described. {MARK}")
    await company.respond(FINDING)
    await visitor.accept_the_response(FINDING)
    await visitor.pass_the_validation()


async def decided(stage: Stage) -> Mapping[str, Any]:
    """The application is approved, and the company is among the members; the record that partners were to get."""
    decider = Deciding(stage.people.decider, stage.firm)
    await stage.people.decider.sign_in_as(OFFICERS["decision_officer"])
    foreseen = await decider.approve()
    assert await decider.find_the_member() == foreseen["identifiers"]["pip"]
    return foreseen


async def informed(stage: Stage, read: list[str], foreseen: Mapping[str, Any]) -> None:
    """The membership on the overview, what was told in the log, and the record as the partner reads it."""
    owner, plan = stage.people.owner, stage.plan
    membership = await owner.enter_until("overview", "section[aria-labelledby=membership] dd")
    pip = await membership.first.inner_text()
    await expect(owner.part(".step--done, .step--now")).to_have_count(6)
    await owner.enter("sharing")
    await owner.follow("[aria-labelledby=log] a")
    logged = await owner.reload_until("main ol.stack > li")
    await owner.hands.press(logged.locator("summary").first)
    await expect(logged.locator("dd").first).to_have_text(plan.firm.legal_name)
    partner = Receiving(stage.people.partner, plan.administration, stage.deployment)
    await stage.people.partner.sign_in_as(f"Customs of {plan.administration}")
    page, record = await partner.read_the_page(plan.firm.legal_name), await partner.read_the_topic(pip)
    assert record == foreseen
    assert (record["name"], record["status"]) == (plan.firm.legal_name, "AUTHORISED")
    assert (page[0], page[-1]) == (read[0], pip)
    assert record["name"] == read[0]
    assert all(line in read[1] for line in (*record["address"]["lines"], record["address"]["city"]))


async def looked_after(stage: Stage) -> None:
    """Nothing of it is parked, and its life stands in the journals."""
    operating = Operating(stage.people.operator)
    await stage.people.operator.sign_in_as("Operator")
    assert "membership_noted" in await operating.look_at("intake", stage.firm.business_number)
    assert "membership_activated" in await operating.look_at("review", stage.people.owner.ids["company_id"])


async def wheels(owner: Somebody) -> list[str]:
    """What the wheels of the four sections tell who does not see them."""
    rings = await owner.part(".section .ring").all()
    return [str(await ring.get_attribute("aria-label")).replace(NO_BREAK, " ") for ring in rings]
