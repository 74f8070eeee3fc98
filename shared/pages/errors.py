"""What a page says where it cannot be shown: in words, with the id by which the cause is found, and what to do."""

from fastapi import Request as HttpRequest
from fastapi.responses import RedirectResponse, Response

from shared.clock import now
from shared.http.admission import is_multipart
from shared.http.authenticate import READS
from shared.http.language import language_of, language_of_page
from shared.http.problems import Problem, as_document
from shared.http.session.paths import way_in
from shared.http.state import ServiceState
from shared.pages.forms import Sent
from shared.pages.rendering import Renderer
from shared.pages.visit import SEE_OTHER

NOT_SENT_AGAIN = frozenset({401, 403, 404, 413, 422})


class ErrorPages:
    """Presents problems as pages where a page was asked for, and as documents elsewhere."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def __call__(self, request: HttpRequest, problem: Problem) -> Response:
        url = request.url
        if language_of_page(url.path) is None:
            return as_document(request, problem)
        if problem.code == "unauthorised" and request.method in READS:
            return RedirectResponse(_way_in(request, f"{url.path}?{url.query}" if url.query else url.path), SEE_OTHER)
        sent: Sent | None = getattr(request.state, "sent", None)
        return self._renderer.response(
            template_of(problem, sent),
            language_of(request),
            problem.status,
            problem=problem,
            sent=sent,
            with_file=is_multipart(request.headers.get("content-type", "")),
            way_in=_way_in(request, url.path),
        )


def template_of(problem: Problem, sent: Sent | None) -> str:
    """What was typed is not lost: it is kept until its sender has signed in, or can be sent again from the page."""
    if problem.code == "session_over":
        return "kept.html"
    return "again.html" if sent and problem.status not in NOT_SENT_AGAIN else "problem.html"


def _way_in(request: HttpRequest, then: str) -> str:
    """Where somebody signs in, or has its session renewed, to come back to this address afterwards."""
    sessions = ServiceState.of(request.app).sessions
    return way_in(sessions and sessions.read(request), then, now())
