"""The officers' console: the queue, every room of a case, and the members."""

from services.review.pages import answers, case, documents, questions

ROUTERS = (case.router, answers.router, documents.router, questions.router)
