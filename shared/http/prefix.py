"""The prefix under which the gateway passes on what is asked of a service: `/api/intake/companies` is `/companies`."""

from fastapi import Request as HttpRequest
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http.language import language_of_page


def prefix_of(service: str) -> str:
    """The path of a service's API at the one address of all."""
    return f"/api/{service}"


def path_within(request: HttpRequest) -> str:
    """The path of a request as its service knows it, whichever way it came."""
    return request.url.path.removeprefix(request.scope["root_path"])


class PrefixMiddleware:
    """Makes the prefix the root path of a request that has it. Pages have none: each has one address."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            before, prefix, within = scope["path"].partition(self._prefix)
            is_under = prefix and not before and within.startswith("/") and not language_of_page(within)
            scope["root_path"] = prefix if is_under else ""
        await self._app(scope, receive, send)
