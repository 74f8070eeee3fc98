"""How a decision officer decides on an application, and finds the company among the members."""

from collections.abc import Mapping
from dataclasses import dataclass
from json import loads
from typing import Any

from playwright.async_api import expect

from deploy.demo.lives import Firm
from tests.e2e.browser.people import Somebody


@dataclass(frozen=True)
class Deciding:
    """A decision officer."""

    officer: Somebody
    firm: Firm

    async def approve(self) -> Mapping[str, Any]:
        """As soon as the case is among those to decide; the record that partners would get, as it was read before."""
        officer = self.officer
        await officer.leave_by(await officer.reload_until(f"th a:has-text('{self.firm.legal_name}')"))
        await officer.follow(".hero a")
        await officer.unfold("[aria-labelledby=approval] details:has(pre)")
        record: Mapping[str, Any] = loads(await officer.part("[aria-labelledby=approval] pre").inner_text())
        for side in await officer.part("[aria-labelledby=approval] .readers__page").all():
            await expect(side).to_contain_text(record["identifiers"]["pip"])
        await officer.unfold("[aria-labelledby=approval] .ask")
        await officer.press("decision.approve_yes")
        await officer.reads_done("approved")
        return record

    async def find_the_member(self) -> str:
        """By its number, as soon as the membership has begun; its PIP number."""
        officer = self.officer
        await officer.enter("members")
        await officer.fill(find=self.firm.business_number)
        await officer.press("ui.apply")
        await officer.leave_by(await officer.reload_until(f"th a:has-text('{self.firm.legal_name}')"))
        return await officer.part("[aria-labelledby=membership] dd").first.inner_text()
