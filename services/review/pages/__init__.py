"""The officers' console: the queue, every room of a case, and the members."""

from services.review.pages import (
    answers,
    case,
    decision,
    documents,
    history,
    member,
    memberships,
    questions,
    queue,
    submissions,
    worklist,
)

ROUTERS = (
    queue.router,
    worklist.router,
    case.router,
    answers.router,
    documents.router,
    questions.router,
    decision.router,
    history.router,
    submissions.router,
    memberships.router,
    member.router,
)
