"""How a site officer validates the sites of a company: from the plan of a visit to the end of the validation."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from playwright.async_api import expect

from deploy.demo.lives import Firm, SiteFinding
from shared.clock import now
from shared.programme.calendar import today
from tests.e2e.browser.people import Somebody

DAYS_TO_ACT = timedelta(days=30)


@dataclass(frozen=True)
class Visiting:
    """A site officer at the only division of a company."""

    officer: Somebody
    firm: Firm

    async def plan_a_visit(self) -> None:
        """For today, as soon as the validation is open."""
        officer = self.officer
        await self._open_from("unplanned")
        officer.ids.update(officer.found_ids)
        await officer.fill(on=today(now()).isoformat())
        await officer.press("validation.plan_it")
        await officer.reads_done("visit_planned")

    async def hold_the_visit(self) -> None:
        officer = self.officer
        await officer.open("validation")
        await officer.follow(".hero a")
        await officer.press("site_visit.record_it")
        await officer.reads_done("site_visit_record")

    async def record_what_was_found(self, finding: SiteFinding, confirmed: str) -> None:
        """An action is required about one requirement, which is refused without its last day; the next is confirmed."""
        officer = self.officer
        await officer.follow("[aria-labelledby=where] .files__state a")
        await officer.follow(f"#{finding.requirement} .acts a")
        await officer.fill(kind="action_required", text=finding.text)
        await officer.press("site_finding.record_it")
        assert len(await officer.faults()) == 1
        await officer.fill(due_on=(today(now()) + DAYS_TO_ACT).isoformat())
        await officer.press("site_finding.record_it")
        await officer.reads_done("finding_recorded")
        await officer.follow("main a[rel=next]")
        await officer.fill(kind="confirmed", text=confirmed)
        await officer.press("site_finding.record_it")
        await officer.reads_done("finding_recorded")

    async def accept_the_response(self, finding: SiteFinding) -> None:
        """As soon as it is there: the document is the one whose digest stands beside it."""
        officer = self.officer
        await self._open_from("responded")
        await officer.follow(".hero a")
        responses = officer.part("[aria-labelledby=responses]")
        await expect(responses).to_contain_text(finding.response)
        address = await responses.locator("a").get_attribute("href")
        evidence = await officer.page.request.get(f"{officer.portal}{address}")
        digest = sha256(await evidence.body()).hexdigest()
        await expect(responses).to_contain_text(officer.words("findings.digest", digest=digest[:16]))
        await officer.press("site_finding.accept")
        await officer.reads_done("response_accepted")

    async def pass_the_validation(self) -> None:
        officer = self.officer
        await officer.open("validation")
        await officer.follow(".hero a")
        await officer.fill(outcome="passed")
        await officer.press("conclusion.conclude")
        await officer.reads_done("validation_concluded")

    async def _open_from(self, group: str) -> None:
        """The validation, as soon as it stands in this group of the calendar."""
        name = f"[aria-labelledby={group}] a:has-text('{self.firm.legal_name}')"
        await self.officer.leave_by(await self.officer.enter_until("validations", name))
