from uuid import uuid5

import pytest

from services.intake.domain.company import Company
from services.intake.domain.company.completion import completion
from services.intake.domain.company.documents import RemoveDocument
from services.intake.domain.company.questions import QuestionReplied
from services.intake.domain.company.state import Returned
from tests.support.builders.deciding import refusal
from tests.support.builders.intake import (
    AT,
    CATALOGUE,
    COMPANIES,
    asked,
    company_after,
    company_in,
    file,
    note_return,
    reply,
    submit,
)
from tests.support.builders.packages import COMPANY, document
from tests.support.builders.review_messages import QUESTION

LETTER = document(uuid5(COMPANY, "letter"), "evidence")
RETURNED, _ = company_after([file(LETTER)], company_in("returned"))


def open_questions(company: Company) -> list[str]:
    return [
        lack.where
        for lack in completion(company, CATALOGUE, AT.date()).security_profile.missing
        if lack.code == "reply_required"
    ]


def texts(company: Company) -> list[str]:
    assert isinstance(company.application, Returned)
    return [reply.text for reply in company.application.replies]


def test_every_question_is_replied_before_the_application_goes_back() -> None:
    assert open_questions(RETURNED) == [f"questions/{QUESTION}"]
    assert refusal(COMPANIES, submit(), RETURNED) == "incomplete"
    replied, facts = company_after([reply("The president did.", LETTER.document_id)], RETURNED)
    assert [type(fact) for fact in facts] == [QuestionReplied]
    assert COMPANIES.publish(facts[0], replied) is None
    assert open_questions(replied) == []
    assert refusal(COMPANIES, submit(), replied) == ""


def test_the_last_reply_stands() -> None:
    after, facts = company_after(
        [reply("The president did."), reply("The board did."), reply("The board did.")], RETURNED
    )
    assert (len(facts), texts(after)) == (2, ["The board did."])


def test_a_reply_names_documents_on_file_which_then_stay() -> None:
    assert refusal(COMPANIES, reply("See the letter.", uuid5(COMPANY, "nothing")), RETURNED) == "unknown_document"
    named, _ = company_after([reply("See the letter.", LETTER.document_id)], RETURNED)
    assert refusal(COMPANIES, asked(RemoveDocument, document_id=LETTER.document_id), named) == "document_in_use"


@pytest.mark.parametrize("life", ["complete", "under_review", "withdrawing", "member"])
def test_there_is_nothing_to_reply_unless_the_application_was_returned(life: str) -> None:
    assert refusal(COMPANIES, reply(), company_in(life)) == "no_open_question"


def test_a_question_that_nobody_asked_is_not_replied() -> None:
    assert refusal(COMPANIES, reply(question=COMPANY), RETURNED) == "no_open_question"


def test_the_next_return_asks_anew() -> None:
    after, _ = company_after([reply(), submit(), note_return(submission=2)], RETURNED)
    assert (texts(after), open_questions(after)) == ([], [f"questions/{QUESTION}"])
