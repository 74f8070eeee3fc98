"""What the company of a case was asked and has answered, return by return: read from the journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.review.domain.case.consumed import Reply
from services.review.domain.case.opening import CaseResubmitted
from services.review.domain.case.questions import CaseReturned
from services.review.views.answers import kind_of
from services.review.views.queue import Cases
from shared.contracts.review import Question
from shared.store.journal import Journal

MOST_RETURNS = 50


@dataclass(frozen=True)
class AskedBefore:
    """The questions of one return, and the replies by question."""

    questions: tuple[Question, ...]
    returned_at: datetime
    replies: Mapping[UUID, Reply]
    replied_at: datetime


async def asked_before(cases: Cases, journal: Journal, application_id: UUID) -> tuple[AskedBefore, ...]:
    """Every return that was answered, the latest first. One that has just been answered may lack for a moment."""
    kinds = [kind_of(CaseReturned), kind_of(CaseResubmitted)]
    entries = await journal.latest_of(cases.decider.source, str(application_id), kinds, limit=2 * MOST_RETURNS)
    asked: list[AskedBefore] = []
    answer: CaseResubmitted | None = None
    for entry in entries:
        match cases.decider.fact(entry.fact):
            case CaseResubmitted() as fact:
                answer = fact
            case CaseReturned() as fact if answer:
                replies = {reply.question_id: reply for reply in answer.package.replies}
                asked.append(AskedBefore(fact.questions, fact.returned_at, replies, answer.package.submitted_at))
    return tuple(asked)
