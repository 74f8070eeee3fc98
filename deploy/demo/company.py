"""What the company does: it registers, prepares its application, consents, submits, confirms a visit. Invented from beginning to end."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from deploy.demo.cast import Json, Player
from shared.calendar import today
from shared.clock import now

LINE = "highway_carrier"
MOST_AT_ONCE = 4


@dataclass(frozen=True)
class Firm:
    """A highway carrier with two divisions in one town."""

    legal_name: str = "Northern Lights Cartage Ltd."
    business_number: str = "910000017"
    divisions: tuple[str, ...] = ("Thunder Bay yard", "Lakehead terminal")

    def address(self, street: str = "21 Aurora Road") -> Json:
        return {"lines": [street], "city": "Thunder Bay", "region": "ON", "postal_code": "P7B 5E1", "country": "CA"}

    def registration(self) -> Json:
        known = {"legal_name": self.legal_name, "business_number": self.business_number, "address": self.address()}
        return {**known, "language": "en", "attests_signing_authority": True}

    def profile(self) -> Json:
        return {
            "legal_name": self.legal_name,
            "operating_name": "NLC Freight",
            "business_number": self.business_number,
            "carrier_code": "7NLC",
            "address": self.address(),
            "headquarters_country": "CA",
            "lines_of_business": [LINE],
            "language": "en",
            "contact": {"name": "Inga Sorley", "title": "Security lead", "email": "security@example.com", "phone": "+1 807 555 0142"},
        }


ELIGIBILITY = {
    "facilities_in": ["CA"],
    "movements_12_months": 310,
    "carm_registered": True,
    **dict.fromkeys(("insolvent", "crown_debt", "bankruptcy", "convictions", "foreign_convictions", "contraventions"), False),
}


class Company:
    """One registered company, as its people work for it at intake."""

    def __init__(self, firm: Firm, owner: Player, company_id: str) -> None:
        self.firm = firm
        self.owner = owner
        self.id = company_id
        self.path = f"/companies/{company_id}"

    @classmethod
    async def registered(cls, firm: Firm, owner: Player) -> "Company":
        receipt = await owner.post("intake", "/companies", firm.registration())
        return cls(firm, owner, receipt["id"])

    async def dashboard(self) -> Json:
        return await self.owner.get("intake", f"{self.path}/dashboard")

    async def add_people(self, proxy: Player, full: Player) -> None:
        """Two more users; the company does without the fourth role."""
        for player, role in ((proxy, "proxy_account_owner"), (full, "full_access_user")):
            urn = (await player.get("intake", "/me"))["urn"]
            user = {"urn": urn, "family_name": player.name.split()[-1], "email": "people@example.com", "role": role}
            await self.owner.post("intake", f"{self.path}/users", user)
        await self.owner.put("intake", f"{self.path}/unused-roles/read_only_user")

    async def answer_about_itself(self) -> None:
        await self.owner.put("intake", f"{self.path}/profile", self.firm.profile())
        last = (today(now()) - timedelta(days=3)).isoformat()
        await self.owner.put("intake", f"{self.path}/eligibility", {**ELIGIBILITY, "last_movement_on": last})

    async def upload_documents(self, catalogue: Json) -> str:
        """Every required kind, and one piece of evidence; the id of the evidence."""
        kinds = [
            kind["id"] for kind in catalogue["documents"]["kinds"] if _applies(kind["lines"], LINE) and _applies(kind["countries"], "CA")
        ]
        uploaded = await _few_at_once(self._upload(kind) for kind in ("evidence", *kinds))
        return str(uploaded[0])

    async def add_divisions(self, catalogue: Json, evidence: str) -> None:
        """Each with an answer to every requirement that binds it."""
        binding = [requirement for requirement in catalogue["requirements"] if _applies(requirement["lines"], LINE)]
        for name in self.firm.divisions:
            site = {"name": name, "lines_of_business": [LINE], "address": self.firm.address(f"{name} gate")}
            division = (await self.owner.post("intake", f"{self.path}/divisions", site))["id"]
            await _few_at_once(self._answer(division, requirement, evidence) for requirement in binding)

    async def consent(self, administration: str, text_version: str) -> None:
        signed = {"attests": True, "text_version": text_version, "language": "en"}
        await self.owner.put("intake", f"{self.path}/consents/{administration}", signed)

    async def withdraw_consent(self, administration: str) -> None:
        await self.owner.delete("intake", f"{self.path}/consents/{administration}")

    def submission(self, catalogue: Json) -> Json:
        """What the owner signs."""
        attestation = {"name": self.owner.name, "title": "Director", "text_version": catalogue["attestation"]["version"], "language": "en"}
        return {"attests_truth": True, "attestation": attestation, "terms_version": catalogue["terms"]["version"]}

    async def submit(self, catalogue: Json) -> None:
        await self.owner.post("intake", f"{self.path}/submission", self.submission(catalogue))

    async def confirm_visit(self, visit_id: str) -> None:
        await self.owner.post("site_validation", f"{self.path}/visits/{visit_id}/confirmation")

    async def _upload(self, kind: str) -> str:
        path = f"{self.path}/documents?kind={kind}&name={kind}.pdf"
        return str((await self.owner.upload("intake", path, pdf(f"{self.firm.legal_name}: {kind}"), "application/pdf"))["id"])

    async def _answer(self, division: str, requirement: Json, evidence: str) -> None:
        statement = {
            "response": "described",
            "text": f"In place since 2024: {requirement['text']['en']}",
            "evidence": [evidence] if requirement["level"] == "must" else [],
        }
        await self.owner.put("intake", f"{self.path}/divisions/{division}/answers/{requirement['id']}", statement)


def pdf(text: str) -> bytes:
    """One page with one line of text."""
    stream = f"BT /F1 14 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    page, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(page))
        page += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(page))
    return page + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(objects) + 1, table, trailer)


def _applies(scope: Json, word: str) -> bool:
    return scope == "all" or word in scope


async def _few_at_once(work: Iterable[Any]) -> list[Any]:
    """All of it, a few side by side: they all change one document."""
    room = asyncio.Semaphore(MOST_AT_ONCE)

    async def one(part: Any) -> Any:
        async with room:
            return await part

    return await asyncio.gather(*(one(part) for part in work))
