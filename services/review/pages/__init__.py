"""The officers' console: the queue, every room of a case, and the members."""

from services.review.pages import answers, case, documents, history, questions, queue, submissions, worklist

ROUTERS = (
    queue.router,
    worklist.router,
    case.router,
    answers.router,
    documents.router,
    questions.router,
    history.router,
    submissions.router,
)
