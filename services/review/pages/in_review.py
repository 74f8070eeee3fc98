"""A case while it is judged: read once for a page, shown in the frame of the case, with what its visitor may do."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.responses import HTMLResponse

from services.review.api.deps import AtDeps, Deps
from services.review.pages.deps import CaseReader, CaseReviewer
from services.review.pages.frame import show_in_case
from services.review.views.answers import Review, earlier_package, review_of
from services.review.views.cases import CaseSummary, case_summary, existing
from shared.pages.drafts import drafted
from shared.pages.faults import WHOLE, Unfitting
from shared.pages.forms import Filled, Sent
from shared.pages.stale import Standing
from shared.pages.visits import SignedVisit
from shared.programme.calendar import today
from shared.programme.roles import REVIEW_OFFICER

SUBMITTED_AGAIN = "submitted_again"


@dataclass(frozen=True)
class CaseInReview:
    """The case as it stands in one sequence, and all that is judged of it."""

    visit: SignedVisit
    deps: Deps
    view: CaseSummary
    review: Review
    sequence: int

    @property
    def application_id(self) -> UUID:
        return self.view.application_id

    @property
    def _in_hand(self) -> bool:
        caller = self.visit.call.caller
        return REVIEW_OFFICER in caller.roles and self.view.assignee == caller.subject

    @property
    def may_judge(self) -> bool:
        return self._in_hand and self.view.status == "under_review"

    @property
    def may_ask(self) -> bool:
        return self._in_hand and self.view.status in {"under_review", "decision_pending"}

    async def anew(self) -> "CaseInReview":
        """As it stands now, after a command."""
        return await case_in_review(self.application_id, self.visit, self.deps)

    def require_submission(self, sent: Sent) -> None:
        """A page of an earlier submission judges nothing. Raises Unfitting."""
        if sent.given.get("submission") != (str(self.view.submission),):
            raise Unfitting({WHOLE: SUBMITTED_AGAIN})

    def standing(self, filled: Filled) -> Standing:
        return Standing(filled.given, self.sequence)

    def show(self, template: str, form: Filled, **shown: object) -> HTMLResponse:
        return show_in_case(
            self.visit,
            template,
            self.view,
            self.deps,
            status=form.status,
            form=form,
            review=self.review,
            may_judge=self.may_judge,
            may_ask=self.may_ask,
            divisions={each.division.division_id: each.division.name for each in self.review.divisions},
            documents={each.document.document_id: each for each in self.review.documents},
            requirements=self.review.requirements,
            kinds={kind.id: kind for kind in self.deps.catalogue.documents.kinds},
            **shown,
        )


async def case_in_review(application_id: UUID, visit: SignedVisit, deps: Deps) -> CaseInReview:
    """Raises Refused("not_found")."""
    snapshot = await deps.cases.read(str(application_id))
    case = existing(snapshot.state)
    earlier = await earlier_package(deps.cases, deps.journal, case.dossier.package)
    return CaseInReview(
        visit,
        deps,
        case_summary(case, today(visit.call.at)),
        review_of(case.dossier, earlier, deps.catalogue.requirements),
        snapshot.sequence,
    )


async def _read(application_id: UUID, visit: CaseReader, deps: AtDeps) -> CaseInReview:
    return await case_in_review(application_id, visit, deps)


async def _to_judge(application_id: UUID, visit: CaseReviewer, deps: AtDeps) -> CaseInReview:
    return await case_in_review(application_id, visit, deps)


CaseToRead = Annotated[CaseInReview, Depends(_read)]
CaseToJudge = Annotated[CaseInReview, Depends(_to_judge)]


async def form_of(act: str, visit: SignedVisit, refused: Filled | None, stands: Filled | None = None) -> Filled:
    """One of several forms of a page: as it was refused, else as it was kept, else as it stands."""
    if refused and refused.act == act:
        return refused
    return await drafted(visit, stands or Filled(), act)
