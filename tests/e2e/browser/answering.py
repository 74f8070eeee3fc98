"""How a company answers officers: their question, the day of their visit, what they have found."""

from dataclasses import dataclass

from playwright.async_api import expect

from deploy.demo.lives import Firm, ReviewQuestion, SiteFinding
from tests.e2e.browser.applying import Applying
from tests.e2e.browser.people import Somebody


@dataclass(frozen=True)
class Answering:
    """The owner of a company that officers have asked for something."""

    owner: Somebody
    firm: Firm

    async def reply(self, asked: ReviewQuestion) -> None:
        """A reply without a text is refused; the answer that it is about is improved, and all is submitted again."""
        owner = self.owner
        await owner.enter_until("overview", "section[aria-labelledby=questions] a")
        await owner.follow("section[aria-labelledby=questions] a")
        await expect(owner.part("blockquote")).to_have_text(asked.text)
        await owner.press("questions.save")
        assert len(await owner.faults()) == 1
        await owner.fill(text=asked.reply)
        await owner.tick("#documents")
        await owner.press("questions.save")
        applying = Applying(owner, self.firm, asked.answer)
        await applying.improve(asked.requirement)
        await owner.open("questions")
        await owner.follow("main .button--go")
        await applying.sign()

    async def read_advice(self, advice: str, note: str) -> None:
        """As soon as the review is concluded: the advice at its requirement, and never the note."""
        owner = self.owner
        await expect(await owner.enter_until("overview", "[aria-labelledby=advice]")).to_contain_text(advice)
        await owner.follow("[aria-labelledby=advice] a")
        await expect(owner.part("main .notice .typed")).to_have_text(advice)
        await expect(owner.part("main")).not_to_contain_text(note)

    async def confirm_the_visit(self) -> None:
        owner = self.owner
        await owner.enter_until("visits", ".hero a")
        await owner.follow(".hero a")
        await owner.follow("form:has([name=form-act][value=confirm]) button")
        await owner.reads_done("visit_confirmed")

    async def respond(self, finding: SiteFinding) -> None:
        """With a document that is uploaded for it, while the text is kept for later."""
        owner = self.owner
        await owner.enter_until("visits", ".hero a")
        await owner.follow(".hero a")
        await expect(owner.part("blockquote")).to_have_text(finding.text)
        await owner.fill(text=finding.response)
        await owner.press("draft.later")
        await owner.press("findings.upload")
        await Applying(owner, self.firm, finding.response).upload("padlock")
        await owner.follow("li:has-text('padlock.pdf') .files__state a")
        await owner.press("nav.evidence")
        await owner.press("findings.use")
        await expect(owner.part("#text")).to_have_value(finding.response)
        await owner.press("findings.send")
        await owner.reads_done("response")
