"""How a review officer judges a case: with the keys of its pages alone, or by their forms without script."""

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.async_api import expect

from shared.contracts.types import Verdict
from tests.e2e.browser.hands import Keys
from tests.e2e.browser.people import Somebody

KEYS: Mapping[Verdict, str] = {"met": "1", "not_met": "2", "not_applicable": "3"}
ACCEPTED, GO_ON = "1", "s"


@dataclass(frozen=True)
class Opinion:
    """What an officer makes of one answer: the company reads the advice and what is asked, officers alone the note."""

    requirement: str
    verdict: Verdict
    advice: str
    note: str
    question: str | None = None


@dataclass(frozen=True)
class WithKeys:
    """An officer without a mouse."""

    officer: Somebody

    async def judge_answers(self, opinion: Opinion) -> None:
        """Those that are not judged yet, one after the other; all but the one are met."""
        officer = self.officer
        await officer.open("case_answers")
        await self._tab_to(".hero a")
        await officer.strike("Enter")
        await self._read_the_help()
        while officer.at == "case_answer":
            await expect(officer.part("#verdict")).to_be_focused()
            if officer.found_ids["requirement_id"] == opinion.requirement:
                await self._type(opinion)
            else:
                await officer.page.keyboard.press(KEYS["met"])
            await officer.strike(GO_ON)

    async def accept_documents(self) -> None:
        """Those that are required and not judged yet, each as it is shown."""
        officer = self.officer
        await officer.open("case_documents")
        if await officer.part(".hero a").count():
            await self._tab_to(".hero a")
            await officer.strike("Enter")
        while officer.at == "case_document":
            await self._tab_to("#accepted")
            await officer.page.keyboard.press(ACCEPTED)
            await officer.strike(GO_ON)

    async def _tab_to(self, selector: str) -> None:
        await Keys(self.officer.page).reach(self.officer.part(selector).first)

    async def _read_the_help(self) -> None:
        await self.officer.page.keyboard.press("?")
        await expect(self.officer.part("dialog.keys")).to_contain_text(self.officer.words("judging.save_next"))
        await self.officer.page.keyboard.press("Escape")

    async def _type(self, opinion: Opinion) -> None:
        keyboard = self.officer.page.keyboard
        if opinion.question:
            await keyboard.press("q")
            await keyboard.type(opinion.question)
            await keyboard.press("Tab")
            await self.officer.strike("Enter")
            await self._tab_to("#verdict")
        await keyboard.press(KEYS[opinion.verdict])
        for key, text in (("a", opinion.advice), ("n", opinion.note)):
            await keyboard.press(key)
            await keyboard.type(text)
            await keyboard.press("Escape")


@dataclass(frozen=True)
class ByForms:
    """An officer in whose browser no script runs."""

    officer: Somebody

    async def judge_answers(self, opinion: Opinion) -> None:
        """The one on its own page; all others of the division that are not judged yet at once, as met."""
        officer = self.officer
        await self._open_the_division()
        await officer.follow(f"#{opinion.requirement} a")
        await self._fill(opinion)
        await self._open_the_division()
        answers = await officer.part("main [name=met]").all()
        for answer in answers:
            await officer.hands.tick(answer)
        if answers:
            await officer.press("answers.tick_save")

    async def accept_documents(self) -> None:
        """Those that are required and not judged yet, each as it is shown."""
        officer = self.officer
        await officer.open("case_documents")
        if await officer.part(".hero a").count():
            await officer.follow(".hero a")
        while officer.at == "case_document":
            await officer.fill(accepted="true")
            await officer.press("judging.save_next")

    async def _open_the_division(self) -> None:
        await self.officer.open("case_answers")
        await self.officer.follow(".division a")

    async def _fill(self, opinion: Opinion) -> None:
        """A verdict against the company that nothing explains is refused."""
        officer = self.officer
        if opinion.question:
            await officer.unfold(".judging__ask > details")
            await officer.fill(text=opinion.question)
            await officer.press("case_questions.draft")
        if opinion.verdict != "met":
            await officer.fill(verdict=opinion.verdict)
            await officer.press("judging.save_next")
            assert len(await officer.faults()) == 1
        await officer.fill(verdict=opinion.verdict, advice=opinion.advice, note=opinion.note)
        await officer.press("judging.save_next")
