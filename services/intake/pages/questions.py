"""Officers' questions, and the replies that go with the next submission."""

from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from services.intake.api.application import reply_to_question
from services.intake.api.deps import AtDeps, Deps
from services.intake.api.forms import ReplyForm
from services.intake.domain.company.consumed import Question
from services.intake.domain.company.questions import ReplyToQuestion
from services.intake.domain.company.rights import role_of
from services.intake.domain.company.state import Company, Returned
from services.intake.domain.company.submission import Submit
from services.intake.pages.deps import Trader
from services.intake.views.application import questions_of
from services.intake.views.company import company_of
from shared.contracts.catalogue import Catalogue
from shared.errors import Refused
from shared.i18n import Language
from shared.pages.forms import Filled, FormSent
from shared.pages.speech import say
from shared.pages.visits import PageRouter, SignedVisit

router = PageRouter()


@router.page("questions")
async def show_questions(company_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
    if not isinstance(company.application, Returned):
        return visit.show("no_questions.html")
    asked = questions_of(company.application)
    return visit.show(
        "questions.html",
        answer_by=asked.answer_by,
        questions=[
            (question, about(question, company, deps.reference.catalogue, visit.language))
            for question in asked.questions
        ],
        unanswered=[question for question in asked.questions if question.reply is None],
        may_submit=role_of(visit.call.caller.subject, company) in Submit.BY,
    )


@router.page("reply")
async def show_reply(company_id: UUID, question_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    return await _show(company_id, question_id, visit, deps)


@router.form("reply")
async def save_reply(company_id: UUID, question_id: UUID, visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    refused = await sent.command(
        visit, lambda call: reply_to_question(company_id, question_id, sent.body(ReplyForm), call, deps)
    )
    if refused:
        return await _show(company_id, question_id, visit, deps, refused)
    return visit.leave("questions", done="reply")


async def _show(
    company_id: UUID, question_id: UUID, visit: SignedVisit, deps: Deps, refused: Filled | None = None
) -> HTMLResponse:
    """One question with its reply, as it stands or was typed. Raises Refused("not_found")."""
    company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
    asked = questions_of(company.application) if isinstance(company.application, Returned) else None
    question = next((each for each in asked.questions if each.question_id == question_id), None) if asked else None
    if asked is None or question is None:
        raise Refused("not_found")
    form = refused or (Filled.of(question.reply) if question.reply else Filled())
    return visit.show(
        "reply.html",
        form.status,
        form=form,
        question=question,
        about=about(question, company, deps.reference.catalogue, visit.language),
        answer_by=asked.answer_by,
        documents=filed(company, deps.reference.catalogue, visit.language),
        may_reply=role_of(visit.call.caller.subject, company) in ReplyToQuestion.BY,
    )


def about(question: Question, company: Company, catalogue: Catalogue, language: Language) -> tuple[str, ...]:
    """What a question is about: a division, a requirement, a kind of document; nothing if it is about the whole."""
    division = company.division(question.division_id) if question.division_id else None
    requirement = next((known for known in catalogue.requirements if known.id == question.requirement_id), None)
    kind = next((known for known in catalogue.documents.kinds if known.id == question.document_kind), None)
    named = (
        division.name if division else None,
        f"{requirement.id} {say(requirement.text, language)}" if requirement else None,
        say(kind.name, language) if kind else None,
    )
    return tuple(filter(None, named))


def filed(company: Company, catalogue: Catalogue, language: Language) -> list[tuple[str, str, str]]:
    """The documents to choose from, the latest first: id, name and kind."""
    kinds = {kind.id: say(kind.name, language) for kind in catalogue.documents.kinds}
    return [
        (str(document.document_id), document.name, kinds.get(document.kind, document.kind))
        for document in reversed(company.drafted)
    ]
