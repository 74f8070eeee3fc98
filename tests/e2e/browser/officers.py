"""What officers do in a whole life, one act after another; each by the JSON API of its service."""

from dataclasses import dataclass

from deploy.demo import officers
from deploy.demo.cast import Cast, Player
from deploy.demo.lives import ReviewQuestion, SiteFinding


@dataclass(frozen=True)
class Officers:
    """Those who work on one application."""

    cast: Cast
    application_id: str

    @classmethod
    async def receiving(cls, cast: Cast, business_number: str) -> "Officers":
        """As soon as the application is in their queue."""
        case = await officers.queued(cast.officer("review_officer"), business_number)
        return cls(cast, case["application_id"])

    async def ask(self, question: ReviewQuestion) -> None:
        """Judge the application, doubt one answer, and return it with a question."""
        await officers.take(self._reviewer, self.application_id)
        await officers.judge(self._reviewer, self.application_id, question)
        await officers.send_back(self._reviewer, self.application_id, question)

    async def find_it_in_order(self) -> None:
        await officers.in_status(self._reviewer, "review", f"/cases/{self.application_id}", "under_review")
        await officers.judge(self._reviewer, self.application_id)
        await officers.conclude(self._reviewer, self.application_id)

    async def propose_a_visit(self) -> str:
        """As soon as the risk is assessed; the id of the visit."""
        return await officers.plan_visit(self._visitor, self.application_id)

    async def require_action(self, visit_id: str, finding: SiteFinding) -> str:
        """Hold the visit, and record what is to be corrected; the id of the finding."""
        await officers.hold_visit(self._visitor, self.application_id, visit_id)
        return (await officers.require_action(self._visitor, self.application_id, finding))[0]

    async def accept(self, finding_id: str) -> None:
        """Read the evidence, accept the response, and pass the validation."""
        await officers.accept_response(self._visitor, self.application_id, finding_id)
        await officers.pass_validation(self._visitor, self.application_id)

    async def approve(self) -> None:
        await officers.approve(self.cast.officer("decision_officer"), self.application_id)

    @property
    def _reviewer(self) -> Player:
        return self.cast.officer("review_officer")

    @property
    def _visitor(self) -> Player:
        return self.cast.officer("site_officer")
