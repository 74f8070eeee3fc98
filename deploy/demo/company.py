"""What a company's people do: register it, prepare its application, consent, submit, answer officers' questions."""

from hashlib import sha256

from deploy.demo.cast import Json, Player, few_at_once, until
from deploy.demo.lives import Firm, ReviewQuestion, SiteFinding
from shared.clock import now
from shared.programme.calendar import today

STATEMENTS = {"en": "In place since 2024", "fr": "En place depuis 2024"}


class Company:
    """One registered company, and what its people do for it."""

    def __init__(self, firm: Firm, owner: Player, company_id: str) -> None:
        self.firm = firm
        self.owner = owner
        self.id = company_id
        self.path = f"/companies/{company_id}"

    @classmethod
    async def registered(cls, firm: Firm, owner: Player) -> "Company":
        receipt = await owner.post("intake", "/companies", firm.registration(owner.name))
        return cls(firm, owner, receipt["id"])

    async def dashboard(self) -> Json:
        return await self.owner.get("intake", f"{self.path}/dashboard")

    # --- the application ---------------------------------------------------------------------------

    async def add_people(self, proxy: Player, full: Player) -> None:
        """Adds two users, and marks the fourth role as unused."""
        for player, role in ((proxy, "proxy_account_owner"), (full, "full_access_user")):
            urn = (await player.get("intake", "/me"))["urn"]
            user = {"urn": urn, "family_name": player.name.split()[-1], "email": "people@example.com", "role": role}
            await self.owner.post("intake", f"{self.path}/users", user)
        await self.owner.put("intake", f"{self.path}/unused-roles/read_only_user")

    async def answer_about_itself(self, catalogue: Json) -> None:
        await self.owner.put("intake", f"{self.path}/profile", self.firm.profile())
        for question in catalogue["questions"]:
            answer = self.firm.answer(question, today(now()))
            await self.owner.put("intake", f"{self.path}/eligibility/{question['id']}", answer)

    async def upload_documents(self, catalogue: Json) -> str:
        """Uploads what is required of the company and its line, and evidence; returns the id of the evidence."""
        about = {"company": "", "line_of_business": f"&line_of_business={self.firm.line}"}
        await few_at_once(
            self._upload(kind["id"], self._paper(kind["id"]), about[kind["scope"]])
            for kind in self._required(catalogue)
            if kind["scope"] in about
        )
        return await self._upload("evidence", self._paper("evidence"))

    async def add_divisions(self, catalogue: Json, evidence: str) -> int:
        """Adds each division, with an answer to every requirement that binds it; returns the number of answers."""
        binding = [
            requirement for requirement in catalogue["requirements"] if _applies(requirement["lines"], self.firm.line)
        ]
        address = self.firm.address.model_dump(mode="json")
        for name in self.firm.divisions:
            site = {
                "name": name,
                "lines_of_business": [self.firm.line],
                "address": {**address, "lines": [f"{name} gate"]},
            }
            division = (await self.owner.post("intake", f"{self.path}/divisions", site))["id"]
            for kind in self._required(catalogue):
                if kind["scope"] == "division":
                    await self._upload(kind["id"], self._paper(kind["id"]), f"&division_id={division}")
            await few_at_once(self._answer(division, requirement, evidence) for requirement in binding)
        return len(binding) * len(self.firm.divisions)

    async def consents(self) -> Json:
        return await self.owner.get("intake", f"{self.path}/consents")

    async def consent(self, administration: str, text_version: str) -> None:
        read = {"attests": True, "text_version": text_version, "language": self.firm.language}
        signed = {**read, "name": self.owner.name, "title": "Director"}
        await self.owner.put("intake", f"{self.path}/consents/{administration}", signed)

    async def withdraw_consent(self, administration: str) -> None:
        await self.owner.delete("intake", f"{self.path}/consents/{administration}")

    def submission(self, catalogue: Json) -> Json:
        """The body of a submission, as the owner signs it."""
        signature = {"name": self.owner.name, "title": "Director", "language": self.firm.language}
        attestation = {**signature, "text_version": catalogue["attestation"]["version"]}
        return {"attests_truth": True, "attestation": attestation, "terms_version": catalogue["terms"]["version"]}

    async def submit(self, catalogue: Json) -> None:
        await self.owner.post("intake", f"{self.path}/submission", self.submission(catalogue))

    # --- what officers ask -------------------------------------------------------------------------

    async def reply(self, asked: ReviewQuestion) -> None:
        """Replies to the one question of the returned application, and improves the answer that it is about."""

        async def returned() -> Json | None:
            return (await self.dashboard())["questions"]

        (question,) = (await until(returned, f"the return to {self.firm.legal_name}"))["questions"]
        await self.owner.put("intake", f"{self.path}/questions/{question['question_id']}/reply", {"text": asked.reply})
        evidence = await self._upload("evidence", self._paper(asked.requirement))
        improved = {"response": "described", "text": asked.answer, "evidence": [evidence]}
        await self.owner.put(
            "intake", f"{self.path}/divisions/{question['division_id']}/answers/{asked.requirement}", improved
        )

    async def confirm_visit(self, visit_id: str) -> None:
        await self.owner.post("site_validation", f"{self.path}/visits/{visit_id}/confirmation")

    async def respond(self, finding_id: str, finding: SiteFinding) -> None:
        """Responds to a finding, with a document as proof."""
        paper = self._paper(finding.requirement)
        proof = {"document_id": await self._upload("finding_response", paper), "sha256": sha256(paper).hexdigest()}
        response = {"text": finding.response, "documents": [proof]}
        await self.owner.post("site_validation", f"{self.path}/findings/{finding_id}/responses", response)

    # --- parts -------------------------------------------------------------------------------------

    def _paper(self, text: str) -> bytes:
        return pdf(f"{self.firm.legal_name}: {text}")

    def _required(self, catalogue: Json) -> list[Json]:
        """The kinds of document that are required for the line and the country of the company."""
        return [
            kind
            for kind in catalogue["documents"]["kinds"]
            if _applies(kind["lines"], self.firm.line) and _applies(kind["countries"], self.firm.address.country)
        ]

    async def _upload(self, kind: str, paper: bytes, about: str = "") -> str:
        path = f"{self.path}/documents?kind={kind}&name={kind}.pdf{about}"
        return str((await self.owner.upload("intake", path, paper, "application/pdf"))["id"])

    async def _answer(self, division: str, requirement: Json, evidence: str) -> None:
        language = self.firm.language
        statement = {
            "response": "described",
            "text": f"{STATEMENTS[language]}: {requirement['text'][language]}",
            "evidence": [evidence] if requirement["level"] == "must" else [],
        }
        await self.owner.put("intake", f"{self.path}/divisions/{division}/answers/{requirement['id']}", statement)


def pdf(text: str) -> bytes:
    """One page with one line of text."""
    stream = f"BT /F1 14 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    page, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(page))
        page += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(page))
    return page + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(objects) + 1, table, trailer)


def _applies(scope: Json, code: str) -> bool:
    return scope == "all" or code in scope
