"""An officer's questions, and the company's replies, which go with the next submission (programme 3.1)."""

from collections.abc import Iterator
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.intake.domain.company.documents import require_drafted
from services.intake.domain.company.rights import PersonalCommand
from services.intake.domain.company.section import Item
from services.intake.domain.company.state import Company, Returned
from shared.contracts.intake import Reply
from shared.contracts.types import FreeText
from shared.decider import Fact
from shared.errors import Refused
from shared.model import Model


class ReplyText(Model):
    """What a reply says, and the documents that it names."""

    text: FreeText
    documents: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()


class ReplyToQuestion(PersonalCommand):
    kind: Literal["reply_to_question"] = "reply_to_question"
    question_id: UUID
    given: ReplyText


class QuestionReplied(Fact):
    """The last reply to a question stands."""

    kind: Literal["question_replied"] = "question_replied"
    reply: Reply


def reply(command: ReplyToQuestion, company: Company) -> tuple[QuestionReplied, ...]:
    returned = company.application
    if not isinstance(returned, Returned) or command.question_id not in {
        question.question_id for question in returned.questions
    }:
        raise Refused("no_open_question")
    require_drafted(command.given.documents, company, field="documents")
    given = Reply(question_id=command.question_id, **dict(command.given))
    return () if given in returned.replies else (QuestionReplied(reply=given),)


def items(company: Company) -> Iterator[Item]:
    """Every question is to be replied."""
    if isinstance(company.application, Returned):
        replied = {reply.question_id for reply in company.application.replies}
        for question in company.application.questions:
            yield f"questions/{question.question_id}", None if question.question_id in replied else "reply_required"


def evolve(company: Company, fact: QuestionReplied) -> Company:
    returned = company.application
    if not isinstance(returned, Returned):
        return company
    others = tuple(reply for reply in returned.replies if reply.question_id != fact.reply.question_id)
    return company.model_copy(update={"application": returned.model_copy(update={"replies": (*others, fact.reply)})})
