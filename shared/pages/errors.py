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
        url, at = request.url, now()
        if language_of_page(url.path) is None:
            return as_document(request, problem)
        sessions = ServiceState.of(request.app).sessions
        session = sessions and sessions.read(request)
        if problem.code == "unauthorised" and request.method in READS:
            asked = f"{url.path}?{url.query}" if url.query else url.path
            return RedirectResponse(way_in(session, asked, at), SEE_OTHER)
        sent: Sent | None = getattr(request.state, "sent", None)
        return self._renderer.response(
            template_of(problem, sent),
            language_of(request),
            problem.status,
            session=session if session and session.is_fresh(at) else None,
            problem=problem,
            sent=sent,
            goes_on=bool(session and session.is_renewable(at)),
            with_file=is_multipart(request.headers.get("content-type", "")),
            way_in=way_in(session, url.path, at),
        )


def template_of(problem: Problem, sent: Sent | None) -> str:
    """What was typed is not lost: it is kept until its sender has signed in, or can be sent again from the page."""
    if problem.code == "session_over":
        return "kept.html"
    return "again.html" if sent and problem.status not in NOT_SENT_AGAIN else "problem.html"
