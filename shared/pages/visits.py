"""Who may visit which page, and at which addresses its function is asked."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi import Request as HttpRequest
from fastapi.responses import HTMLResponse

from shared.errors import Refused
from shared.http.admission import is_form
from shared.http.call import Call
from shared.http.guard import allow
from shared.http.state import ServiceState
from shared.pages.addresses import LANGUAGES, Address, addresses
from shared.pages.drafts import keep
from shared.pages.forms import read_sent
from shared.pages.multipart import read_sent_with_file
from shared.pages.visit import SEE_OTHER, SignedVisit, Visit

__all__ = ["SEE_OTHER", "PageRouter", "SignedVisit", "Visit", "open_to_all", "signed_in", "visiting"]

MULTIPART: dict[str, Any] = {"requestBody": {"content": {"multipart/form-data": {}}}}


def open_to_all() -> Any:
    """A dependency of a public page."""

    async def visit(request: HttpRequest) -> Visit:
        sessions = ServiceState.of(request.app).sessions
        return Visit(request, _address(request), sessions and sessions.read(request))

    return Depends(visit)


def signed_in(*roles: str) -> Any:
    """A dependency that admits people with one of these roles, by their session."""
    return visiting(allow(*roles))


def visiting(admitted: Any) -> Any:
    """A dependency that admits by their session whomever `admitted` does, a dependency that makes a call."""

    async def visit(
        request: HttpRequest, _: Annotated[None, Depends(_park)], call: Annotated[Call, admitted]
    ) -> SignedVisit:
        sessions = ServiceState.of(request.app).sessions
        session = sessions and sessions.read(request)
        assert session, "admission has read it"  # noqa: S101 - for the type alone
        return SignedVisit(request, _address(request), session, call)

    return Depends(visit)


async def _park(request: HttpRequest) -> None:
    """Keeps as a draft what somebody sends whose session is over, without a file. Raises Refused("session_over")."""
    parked = request.state.parked
    if parked is None:
        return
    if is_form(request.headers.get("content-type", "")):
        sent = await read_sent(request)
    else:
        sent = with_file = await read_sent_with_file(request)
        await with_file.drain()
    await keep(request, parked.subject, sent.name, sent.filled)
    raise Refused("session_over")


class PageRouter(APIRouter):
    """Routes of pages: each function is asked at the addresses of its page, in every language."""

    def __init__(self) -> None:
        super().__init__(include_in_schema=False)

    def page(self, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Shows the page of this name."""
        return self._at(name, "GET")

    def form(self, name: str, *, with_file: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Takes what the page has sent, unless it is only to be kept; the function has `visit` and `sent`."""

        def register(endpoint: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(endpoint)
            async def take(visit: Any, sent: Any, **others: Any) -> Any:
                return await sent.set_aside(visit) or await endpoint(visit=visit, sent=sent, **others)

            return self._at(name, "POST", MULTIPART if with_file else None)(take)

        return register

    def _at(
        self, name: str, method: str, described: dict[str, Any] | None = None
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def register(endpoint: Callable[..., Any]) -> Callable[..., Any]:
            for language in LANGUAGES:
                self.add_api_route(
                    addresses()[name].template(language),
                    endpoint,
                    methods=[method],
                    name=name,
                    response_class=HTMLResponse,
                    response_model=None,
                    openapi_extra=described,
                )
            return endpoint

        return register


def _address(request: HttpRequest) -> Address:
    return addresses()[request.scope["route"].name]
