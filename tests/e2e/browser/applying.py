"""How a company's application is filled in: from the overview's list of what is missing, link by link, to its end."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import expect

from deploy.demo.company import pdf
from deploy.demo.lives import Firm
from shared.clock import now
from shared.programme.calendar import today
from tests.e2e.browser.people import Somebody

MISSING = "section[aria-labelledby=missing] .lacks a"
NO_PDF = b"This is a letter that somebody has named like a document."
ANSWERS = {"facilities_in": ("CA",), "movements_12_months": "310", "carm_registered": "true"}
MOST_LINKS = 60


@dataclass(frozen=True)
class Applying:
    """The owner of a company at its forms; whatever is described is described in `statement`."""

    owner: Somebody
    firm: Firm
    statement: str

    async def register(self, family_name: str) -> None:
        """A form that was sent empty says what is missing, and then registers the company."""
        owner, firm = self.owner, self.firm
        await owner.open("register")
        await owner.press("register.register")
        assert len(await owner.faults()) > 1
        await owner.fill(
            business_number=firm.business_number,
            legal_name=firm.legal_name,
            language=firm.language,
            address__country=firm.address.country,
            address__lines=firm.address.lines[0],
            address__city=firm.address.city,
            address__region=firm.address.region,
            address__postal_code=firm.address.postal_code,
            owner__family_name=family_name,
            owner__email="owner@example.com",
            attests_signing_authority=("true",),
        )
        await owner.press("register.register")
        assert owner.at == "overview", await owner.faults()
        owner.ids.update(owner.found_ids)

    async def add_a_colleague(self, number: str, family_name: str) -> None:
        owner = self.owner
        await owner.enter("people")
        await owner.fill(urn=number, family_name=family_name, email="colleague@example.com")
        await owner.tick("#add ~ form input[name=role][value=full_access_user]")
        await owner.press("people.add_now")
        await expect(owner.part("#full_access_user")).to_contain_text(family_name)

    async def fill_what_is_missing(self) -> None:
        """Each link leads to the very field; the page's own way onward is gone to its end. The list gets empty."""
        fillers = {
            "profile": self._profile,
            "contact": self._contact,
            "people": self._unused_role,
            "question": self._questions,
            "security": self._division,
            "requirement": self._requirements,
            "upload": self._document,
        }
        for _ in range(MOST_LINKS):
            await self.owner.enter("overview")
            if not await self.owner.part(MISSING).count():
                return
            await self.owner.follow(MISSING)
            await expect(self.owner.part(":target")).to_have_count(int("#" in self.owner.page.url))
            await fillers[self.owner.at]()
        raise AssertionError(f"something is missing after {MOST_LINKS} links")

    async def _profile(self) -> None:
        await self.owner.fill(
            lines_of_business=(self.firm.line,), headquarters_country="CA", operating_name=self.firm.operating_name
        )
        await self.owner.press("profile.save_profile")

    async def _contact(self) -> None:
        await self.owner.fill(**self.firm.contact.model_dump())
        await self.owner.press("profile.save_contact")

    async def _unused_role(self) -> None:
        await self.owner.leave_by(self.owner.part(":target button"))

    async def _questions(self) -> None:
        latest = {"last_movement_on": (today(now()) - timedelta(days=3)).isoformat()}
        declared = dict.fromkeys(self.firm.declares, "true")
        while self.owner.at == "question":
            question = self.owner.found_ids["question_id"]
            value = {**ANSWERS, **latest, **declared}.get(question, "false")
            await self.owner.fill(value=value, explanation=self.firm.declares.get(question))
            await self.owner.press("dossier.save_next")

    async def _division(self) -> None:
        await self.owner.fill(
            name=self.firm.divisions[0],
            lines_of_business=(self.firm.line,),
            address__lines=self.firm.address.lines[0],
            address__city=self.firm.address.city,
            address__region=self.firm.address.region,
            address__postal_code=self.firm.address.postal_code,
            address__country="CA",
        )
        await self.owner.press("security.add_button")

    async def _requirements(self) -> None:
        """One after another; the first of them is where the evidence is uploaded that shows the others, too."""
        owner = self.owner
        if not await owner.part("[name=evidence]:not([type=hidden])").count():
            await owner.fill(text=self.statement)
            await owner.press("requirement.save_upload")
            return await self._evidence()
        while owner.at == "requirement":
            await owner.fill(text=self.statement)
            await owner.tick("#evidence")
            await owner.press("dossier.save_next")
        return None

    async def improve(self, requirement: str) -> None:
        await self.owner.enter("security")
        await self.owner.follow(".division a")
        await self.owner.follow(f"main a[href$='/{requirement}']")
        await self.owner.fill(text=self.statement)
        await self.owner.press("requirement.save")

    async def _evidence(self) -> None:
        """A file that is not what it is named is refused at its field; another is taken."""
        await self.owner.choose_file("evidence.pdf", NO_PDF)
        await self.owner.press("documents.upload_button")
        assert len(await self.owner.faults()) == 1
        await expect(self.owner.part("#file[aria-invalid]")).to_have_count(1)
        await self.upload("evidence")

    async def _document(self) -> None:
        [kind] = parse_qs(urlsplit(self.owner.page.url).query)["kind"]
        await self.upload(kind)

    async def upload(self, name: str) -> None:
        await self.owner.choose_file(f"{name}.pdf", pdf(f"{self.firm.legal_name}: {name}"))
        await self.owner.press("documents.upload_button")
        await self.owner.reads_done("document")

    async def sign(self) -> None:
        """Once unsigned, which is refused; then as the attestation asks."""
        owner = self.owner
        await owner.press("submit.button")
        assert len(await owner.faults()) >= 1
        await owner.fill(attestation__title="Director", attests_truth=("true",))
        await owner.press("submit.button")
        assert owner.at == "submitted"

    async def consent(self, administration: str) -> list[str]:
        """Reads what the administration would be sent, and signs; the values that were read."""
        owner = self.owner
        await owner.enter("sharing")
        await owner.follow(f"[aria-labelledby=administrations] a[href$='/{administration}']")
        read = await owner.part("section[aria-labelledby=record] dd").all_inner_texts()
        await owner.fill(name="Sam Roy", title="Director", attests=("true",))
        await owner.press("sharing.give")
        await expect(owner.part("#consent")).to_be_visible()
        return read
