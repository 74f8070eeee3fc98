"""The officers' console: the queue, every room of a case, and the members."""

from services.review.pages import case, history, queue, submissions, worklist

ROUTERS = (queue.router, worklist.router, case.router, history.router, submissions.router)
