"""Documents of a case: those that are required and those that are evidence; one of them, shown and judged."""

from uuid import UUID

from fastapi.responses import RedirectResponse, Response

from services.review.api.cases import judge_document
from services.review.api.forms import DocumentOpinionForm
from services.review.domain.case.state import DocumentOpinion
from services.review.pages.deps import CaseReviewer
from services.review.pages.in_review import CaseInReview, CaseToJudge, CaseToRead, form_of
from services.review.views.answers import DocumentInReview
from shared.formats import PDF, SHOWN
from shared.handling import Receipt
from shared.http.call import Call
from shared.pages.fields import fields_of
from shared.pages.forms import Filled, FormSent, Sent
from shared.pages.stale import Standing
from shared.pages.visits import PageRouter

router = PageRouter()


@router.page("case_documents")
async def show_documents(case: CaseToRead) -> Response:
    return case.show("case_documents.html", Filled())


@router.page("case_document")
async def show_document(document_id: UUID, case: CaseToRead) -> Response:
    return await _document(case, document_id, None)


@router.form("case_document")
async def judge(document_id: UUID, visit: CaseReviewer, sent: FormSent, case: CaseToJudge) -> Response:
    async def standing() -> Standing:
        now = await case.anew()
        return now.standing(_opinion(now.review.document(document_id)))

    async def judged(merged: Sent, call: Call) -> Receipt:
        body = merged.body(DocumentOpinionForm)
        return await judge_document(case.application_id, document_id, body, call, case.deps)

    refused = await sent.change(visit, standing, judged)
    case = await case.anew()
    return await _document(case, document_id, refused) if refused else _onward(case)


async def _document(case: CaseInReview, document_id: UUID, refused: Filled | None) -> Response:
    document = case.review.document(document_id)
    return case.show(
        "case_document.html",
        refused or Filled(),
        each=document,
        opinion=await form_of("judge", case.visit, refused, _opinion(document)),
        viewer=None if document.document.media_type not in SHOWN else "page" if _is_pdf(document) else "picture",
        left=[other for other in case.review.documents_to_judge if other.document.document_id != document_id],
    )


def _is_pdf(document: DocumentInReview) -> bool:
    return document.document.media_type == PDF


def _opinion(document: DocumentInReview) -> Filled:
    """The judgement that stands, as its form is filled."""
    judged = document.judgement
    if judged is None:
        return Filled()
    return Filled(fields_of(DocumentOpinion(accepted=judged.accepted, advice=judged.advice, note=judged.note)))


def _onward(case: CaseInReview) -> RedirectResponse:
    """To the next document that is not judged, else to all of them."""
    if left := case.review.documents_to_judge:
        return case.visit.leave("case_document", document_id=left[0].document.document_id, done="document_judged")
    return case.visit.leave("case_documents", done="document_judged")
