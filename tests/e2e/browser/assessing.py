"""How a risk officer decides what the policy has referred."""

from dataclasses import dataclass

from playwright.async_api import expect

from deploy.demo.lives import Firm
from tests.e2e.browser.people import Somebody


@dataclass(frozen=True)
class Assessing:
    """A risk officer who weighs what a company has declared."""

    officer: Somebody
    firm: Firm

    async def accept_the_risk(self, reason: str) -> None:
        """As soon as it waits for an officer; a decision without its reason is refused."""
        officer = self.officer
        name = await officer.reload_until(f"[aria-labelledby=referred] a:has-text('{self.firm.legal_name}')")
        await officer.leave_by(name)
        for explanation in self.firm.declares.values():
            await expect(officer.part(".readings blockquote")).to_have_text(explanation)
        await officer.fill(outcome="acceptable")
        await officer.press("assessment.record")
        assert len(await officer.faults()) == 1
        await officer.fill(reason=reason)
        await officer.press("assessment.record")
        await officer.reads_done("assessed")
