"""Questions to the company: those that are drafted, the return of the case with them, and those of before."""

from datetime import timedelta
from uuid import UUID

from fastapi.responses import Response

from services.review.api.cases import ask_question, drop_question, return_case
from services.review.api.forms import DeadlineForm, InquiryForm
from services.review.domain.case.questions import LONGEST_DAYS_TO_ANSWER
from services.review.pages.deps import CaseReviewer
from services.review.pages.in_review import CaseInReview, CaseToJudge, CaseToRead, form_of
from services.review.views.questions import asked_before
from shared.errors import Refused
from shared.pages.fields import filled_in
from shared.pages.forms import Filled, FormSent, Sent
from shared.pages.visits import PageRouter
from shared.programme.calendar import today

router = PageRouter()


@router.page("case_questions")
async def show_questions(case: CaseToRead) -> Response:
    return await _questions(case, None)


@router.form("case_questions")
async def ask_drop_or_return(visit: CaseReviewer, sent: FormSent, case: CaseToJudge) -> Response:
    if sent.act == "return":
        done = "case_returned"
        refused = await sent.command(
            visit, lambda call: return_case(case.application_id, sent.body(DeadlineForm), call, case.deps)
        )
    else:
        refused, done = await asked_or_dropped(sent, case)
    return await _questions(await case.anew(), refused) if refused else visit.leave("case_questions", done=done)


async def asked_or_dropped(sent: Sent, case: CaseInReview) -> tuple[Filled | None, str]:
    """Drafts a question, or drops the one that the form names; the form if that is refused, else what was done."""
    if sent.act == "drop":
        refused = await sent.command(
            case.visit, lambda call: drop_question(case.application_id, _question(sent), call, case.deps)
        )
        return refused, "question_dropped"
    refused = await sent.command(
        case.visit, lambda call: ask_question(case.application_id, sent.body(InquiryForm), call, case.deps)
    )
    return refused, "question_drafted"


async def _questions(case: CaseInReview, refused: Filled | None) -> Response:
    day = today(case.visit.call.at)
    usual = Filled({"answer_by": (str(day + timedelta(days=case.deps.answer_days)),)})
    return case.show(
        "case_questions.html",
        refused or Filled(),
        asking=await form_of("ask", case.visit, refused),
        returning=await form_of("return", case.visit, refused, usual),
        earliest=day,
        latest=day + timedelta(days=LONGEST_DAYS_TO_ANSWER),
        before=await asked_before(case.deps.cases, case.deps.journal, case.application_id),
    )


def _question(sent: Sent) -> UUID:
    """The question that a form names. Raises Refused("unknown_question")."""
    try:
        return UUID("".join(filled_in(sent.given, "question_id")))
    except ValueError:
        raise Refused("unknown_question") from None
