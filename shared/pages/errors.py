"""What a page says where it cannot be shown: in words, with the id by which the cause is found, and what to do."""

from fastapi import Request as HttpRequest
from fastapi.responses import RedirectResponse, Response

from shared.clock import now
from shared.http.authenticate import READS
from shared.http.language import language_of, language_of_page
from shared.http.problems import Problem, as_document
from shared.http.session.paths import way_in
from shared.http.state import ServiceState
from shared.pages.rendering import Renderer
from shared.pages.visits import SEE_OTHER


class ErrorPages:
    """Presents problems as pages where a page was asked for, and as documents elsewhere."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def __call__(self, request: HttpRequest, problem: Problem) -> Response:
        url = request.url
        if language_of_page(url.path) is None:
            return as_document(request, problem)
        if problem.code == "unauthorised" and request.method in READS:
            sessions = ServiceState.of(request.app).sessions
            session = sessions and sessions.read(request)
            asked = f"{url.path}?{url.query}" if url.query else url.path
            return RedirectResponse(way_in(session, asked, now()), SEE_OTHER)
        return self._renderer.response("problem.html", language_of(request), problem.status, problem=problem)
