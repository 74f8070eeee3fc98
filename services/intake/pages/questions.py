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
from services.intake.views.application import Questions, QuestionView, questions_of
from services.intake.views.company import company_of
from shared.contracts.catalogue import Catalogue
from shared.errors import Refused
from shared.i18n import Language
from shared.pages.drafts import drafted
from shared.pages.fields import Given, fields_of
from shared.pages.forms import Filled, FormSent
from shared.pages.speech import printed
from shared.pages.stale import Standing
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
    company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
    _, question = _asked(company, question_id)
    return _shown(company, question_id, visit, deps, await drafted(visit, Filled(_reply(question))))


@router.form("reply")
async def save_reply(company_id: UUID, question_id: UUID, visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    async def standing() -> Standing:
        company, sequence = await company_of(deps.companies, company_id, visit.call.caller.subject)
        return Standing(_reply(_asked(company, question_id)[1]), sequence)

    refused = await sent.change(
        visit, standing, lambda sent, call: reply_to_question(company_id, question_id, sent.body(ReplyForm), call, deps)
    )
    if refused:
        company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
        return _shown(company, question_id, visit, deps, refused)
    return visit.leave("questions", done="reply")


def _shown(company: Company, question_id: UUID, visit: SignedVisit, deps: Deps, form: Filled) -> HTMLResponse:
    asked, question = _asked(company, question_id)
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


def _asked(company: Company, question_id: UUID) -> tuple[Questions, QuestionView]:
    """What officers ask now, and one question of it. Raises Refused("not_found")."""
    if isinstance(company.application, Returned):
        asked = questions_of(company.application)
        for question in asked.questions:
            if question.question_id == question_id:
                return asked, question
    raise Refused("not_found")


def _reply(question: QuestionView) -> Given:
    """The reply that stands, as its form is filled."""
    return fields_of(question.reply) if question.reply else {}


def about(question: Question, company: Company, catalogue: Catalogue, language: Language) -> tuple[str, ...]:
    """What a question is about: a division, a requirement, a kind of document; nothing if it is about the whole."""
    division = company.division(question.division_id) if question.division_id else None
    requirement = next((known for known in catalogue.requirements if known.id == question.requirement_id), None)
    kind = next((known for known in catalogue.documents.kinds if known.id == question.document_kind), None)
    named = (
        division.name if division else None,
        f"{requirement.id} {printed(requirement.text, language)}" if requirement else None,
        printed(kind.name, language) if kind else None,
    )
    return tuple(filter(None, named))


def filed(company: Company, catalogue: Catalogue, language: Language) -> list[tuple[str, str, str]]:
    """The documents to choose from, the latest first: id, name, and what each is, of which division."""
    kinds = {kind.id: printed(kind.name, language) for kind in catalogue.documents.kinds}
    divisions: dict[UUID | None, str] = {division.division_id: division.name for division in company.divisions}
    return [
        (
            str(document.document_id),
            document.name,
            ", ".join(filter(None, (kinds.get(document.kind), divisions.get(document.division_id)))),
        )
        for document in reversed(company.drafted)
    ]
