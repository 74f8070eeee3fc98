"""One company's journey, from its registration to membership and beyond; every step goes through the HTTP APIs."""

from dataclasses import dataclass

from deploy.demo import officers
from deploy.demo.cast import Cast, Json, Player, until
from deploy.demo.columns import Columns
from deploy.demo.company import Company
from deploy.demo.lives import Life, Suspension
from deploy.demo.partners import Listener
from deploy.errors import Failed


@dataclass(frozen=True)
class Scene:
    """What every journey shares."""

    cast: Cast
    columns: Columns
    partners: dict[str, Listener]


@dataclass(frozen=True)
class NewMember:
    """A company that has become a member, with the preview that it saw when it consented, and its PIP number."""

    life: Life
    company: Company
    preview: Json
    pip: str


async def play(scene: Scene, life: Life) -> NewMember:
    """Plays a whole life. Raises Failed at the first thing that is not as it should be."""
    company = await Company.registered(life.firm, scene.cast.trader(life.people.owner))
    scene.columns.registered(life.firm.legal_name, company.id)
    journey = Journey(scene, life, company)
    journey.step(f"{company.owner.name} registers the company")
    catalogue = await company.owner.get("intake", "/catalogue")
    await journey.prepare(catalogue)
    preview = await journey.consent()
    application_id = await journey.submit(catalogue)
    await journey.review(application_id, catalogue)
    await journey.assess(application_id)
    await journey.validate(application_id)
    member = NewMember(life, company, preview, await journey.approve(application_id))
    await journey.inform(member.pip)
    if life.suspension:
        await journey.suspend(member.pip, life.suspension)
    if life.withdraws:
        await journey.withdraw(member.pip, life.withdraws)
    return member


@dataclass(frozen=True)
class Journey:
    """One life, part by part."""

    scene: Scene
    life: Life
    company: Company

    def step(self, text: str) -> None:
        self.scene.columns.step(self.company.id, text)

    def officer(self, role: str) -> Player:
        return self.scene.cast.officer(role)

    # --- the company applies -----------------------------------------------------------------------

    async def prepare(self, catalogue: Json) -> None:
        company, people = self.company, self.life.people
        missing = _missing(await company.dashboard())
        self.step(f"{len(missing)} things are missing, first {missing[0]}")
        await company.add_people(self.scene.cast.trader(people.proxy), self.scene.cast.trader(people.assistant))
        await company.answer_about_itself(catalogue)
        answers = await company.add_divisions(catalogue, await company.upload_documents(catalogue))
        if missing := _missing(await company.dashboard()):
            raise Failed(f"the application of {company.firm.legal_name} lacks {', '.join(missing)}")
        self.step(f"{answers} answers for {_counted(len(company.firm.divisions), 'division')}; nothing is missing")

    async def consent(self) -> Json:
        """Consents to each administration; returns the preview of the record that they will get."""
        consents = await self.company.consents()
        for administration in self.life.informs:
            await self.company.consent(administration, consents["text"]["version"])
        self.step(
            f"sees what would be shared ({', '.join(consents['preview'])}), "
            f"and consents to {_listed(self.life.informs)}"
        )
        return consents["preview"]

    async def submit(self, catalogue: Json) -> str:
        """An assistant is refused, the owner submits; returns the id of the application."""
        company, assistant = self.company, self.scene.cast.trader(self.life.people.assistant)
        language = company.firm.language
        refused = await assistant.refused(
            "intake", f"{company.path}/submission", company.submission(catalogue), language
        )
        self.step(f"{assistant.name} may not submit: {refused['title']}")
        await company.submit(catalogue)
        self.step(f"{company.owner.name} submits")
        return str(
            (await officers.queued(self.officer("review_officer"), company.firm.business_number))["application_id"]
        )

    # --- officers judge ----------------------------------------------------------------------------

    async def review(self, application_id: str, catalogue: Json) -> None:
        officer, question = self.officer("review_officer"), self.life.question
        await officers.take(officer, application_id)
        self.step(f"{officer.name} takes the case")
        judged = await officers.judge(officer, application_id, question)
        if question:
            await officers.send_back(officer, application_id, question)
            self.step(f"{judged} judgements, one doubt about {question.requirement}: returned with a question")
            await self.company.reply(question)
            await self.company.submit(catalogue)
            self.step(f"{self.company.owner.name} replies, improves {question.requirement} and submits again")
            await officers.in_status(officer, "review", f"/cases/{application_id}", "under_review")
            judged = await officers.judge(officer, application_id)
        await officers.conclude(officer, application_id)
        self.step(f"{_counted(judged, 'judgement')}: the profile meets the requirements")

    async def assess(self, application_id: str) -> None:
        officer, path = self.officer("risk_officer"), f"/assessments/{application_id}"
        if self.life.ruling:
            referred = await officers.in_status(officer, "risk", path, "referred")
            (hit,) = referred["score"]["rules"]
            self.step(f"{_risk(referred)}: referred. {hit['explanation']['en']}")
            await officers.decide_risk(officer, application_id, "acceptable", self.life.ruling)
        assessment = await officers.in_status(officer, "risk", path, "assessed")
        decision = assessment["decision"]
        if self.life.ruling:
            self.step(f"{officer.name} decides: {decision['outcome']}. {decision['reason']}")
        else:
            self.step(f"{_risk(assessment)}: {decision['outcome']} by policy")
        await officers.in_status(
            self.officer("review_officer"), "review", f"/cases/{application_id}", "site_validation"
        )

    async def validate(self, application_id: str) -> None:
        officer, finding = self.officer("site_officer"), self.life.finding
        visit_id = await officers.plan_visit(officer, application_id)
        await self.company.confirm_visit(visit_id)
        self.step(f"{officer.name} plans a visit, the company confirms the day")
        await officers.hold_visit(officer, application_id, visit_id)
        if finding:
            finding_id, due_on = await officers.require_action(officer, application_id, finding)
            self.step(f"{finding.requirement} to be corrected by {due_on}: {finding.text}")
            await self.company.respond(finding_id, finding)
            self.step(f"the company responds, with a document: {finding.response}")
            await officers.accept_response(officer, application_id, finding_id)
        await officers.pass_validation(officer, application_id)
        self.step(
            "the response is accepted, the validation passed" if finding else "the visit is held, the validation passed"
        )

    async def approve(self, application_id: str) -> str:
        """Approves; returns the PIP number of the new member."""
        officer = self.officer("decision_officer")
        await officers.approve(officer, application_id)
        self.step(f"{officer.name} approves")

        async def active() -> Json | None:
            membership = (await self.company.dashboard())["membership"]
            return membership if membership and membership["status"] == "active" else None

        membership = await until(active, f"the membership of {self.company.firm.legal_name}")
        self.step(f"member {membership['pip_id']} with {_counted(len(membership['benefits']), 'benefit')}")
        return str(membership["pip_id"])

    # --- what follows ------------------------------------------------------------------------------

    async def inform(self, pip: str) -> None:
        await self._partners_read(pip, 1, "AUTHORISED")

    async def suspend(self, pip: str, suspension: Suspension) -> None:
        officer = self.officer("decision_officer")
        await officers.suspend(officer, self.company.id, suspension)
        self.step(f"suspended: {suspension.message}")
        await self._partners_read(pip, 2, "SUSPENDED")
        await officers.reinstate(officer, self.company.id, suspension)
        self.step(f"reinstated: {suspension.lifted}")
        await self._partners_read(pip, 3, "AUTHORISED")

    async def withdraw(self, pip: str, administration: str) -> None:
        """Withdraws the consent for one administration, which then reads a tombstone."""
        listener = self.scene.partners[administration]
        before = len(listener.of(pip))
        await self.company.withdraw_consent(administration)
        self.step(f"{self.company.owner.name} withdraws the consent for {administration}")
        message = await listener.nth(before + 1, pip)
        if message.body is not None:
            raise Failed(f"{administration} got another record instead of the end of sharing")
        self.step(f"{administration} reads a tombstone: the record disappears")

    async def _partners_read(self, pip: str, count: int, status: str) -> None:
        for administration in self.life.informs:
            message = await self.scene.partners[administration].nth(count, pip)
            if message.body["status"] != status:
                raise Failed(f"{administration} reads {message.body['status']} instead of {status}")
        self.step(f"{_listed(self.life.informs)} read{'' if self.life.informs[1:] else 's'} {status}")


def _missing(dashboard: Json) -> list[str]:
    return [lack["where"] for part in (*dashboard["sections"], dashboard["documents"]) for lack in part["missing"]]


def _risk(assessment: Json) -> str:
    score = assessment["score"]
    return f"risk {score['score']} points, {score['band']}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(names)
