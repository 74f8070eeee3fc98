"""How a review officer works on one case: from the queue over its return to the company to the end of the review."""

from dataclasses import dataclass

from playwright.async_api import expect

from deploy.demo.lives import Firm, ReviewQuestion
from tests.e2e.browser.judging import ByForms, Opinion, WithKeys
from tests.e2e.browser.people import Somebody


@dataclass(frozen=True)
class Reviewing:
    """A review officer who has the application of a company."""

    officer: Somebody
    firm: Firm

    async def take_the_case(self) -> None:
        """As soon as it is in the queue: among those that nobody has, and on time."""
        officer = self.officer
        await officer.press("queue.view.nobodys")
        row = await officer.reload_until(f"[aria-labelledby=on_time] tr:has-text('{self.firm.legal_name}')")
        await officer.leave_by(row.get_by_role("button", name=officer.words("queue.take")))
        await officer.reads_done("case_assign")
        officer.ids.update(officer.found_ids)

    async def judge(self, opinion: Opinion) -> None:
        """Every answer and every required document that is not judged yet."""
        hand = WithKeys(self.officer) if self.officer.has_script else ByForms(self.officer)
        await hand.judge_answers(opinion)
        await hand.accept_documents()

    async def send_back(self, question: str) -> None:
        """Returns the case with the question that is drafted."""
        officer = self.officer
        await officer.open("case")
        await officer.follow(".hero a")
        await expect(officer.part("[aria-labelledby=drafts] .typed")).to_have_text(question)
        await officer.unfold("[aria-labelledby=return] .ask")
        await officer.press("case_questions.return_yes")
        await officer.reads_done("case_returned")

    async def see_what_changed(self, before: str, asked: ReviewQuestion) -> None:
        """As soon as the company has submitted again: the reply, and the old answer beside the new one."""
        officer = self.officer
        await officer.open("case")
        await officer.leave_by((await officer.reload_until("[aria-labelledby=submissions] a[href$='/2']")).first)
        changes = officer.part("section[aria-labelledby=changes]")
        await expect(changes.locator("del", has_text=before)).to_have_count(1)
        await expect(changes.locator("ins", has_text=asked.answer)).to_have_count(1)
        await officer.open("case_questions")
        await expect(officer.part("[aria-labelledby=before]")).to_contain_text(asked.reply)
        await officer.open("case_answers")
        await officer.follow(".division a")
        await officer.press("answers.show.changed")
        await expect(officer.part("article.answer")).to_have_count(1)
        await expect(officer.part(f"article:has(#{asked.requirement}) :is(del, ins)")).to_have_count(2)

    async def conclude(self) -> None:
        """Without an outcome that is refused."""
        officer = self.officer
        await officer.open("case")
        await officer.follow(".hero a")
        for outcome in (None, "meets"):
            await officer.fill(outcome=outcome)
            await officer.unfold("[aria-labelledby=conclude] .ask")
            await officer.press("answers.conclude_yes")
            assert len(await officer.faults()) == (outcome is None)
        await officer.reads_done("review_concluded")
