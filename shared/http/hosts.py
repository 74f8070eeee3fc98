"""The names under which a service answers, so that no page of another name can reach it through a browser."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.loopback import LOOPBACK_HOSTS


class Hosts:
    """The names of this machine, and those that the settings list; ports are not compared."""

    def __init__(self, listed: Collection[str] = ()) -> None:
        self._names = LOOPBACK_HOSTS | {name.lower() for name in listed}

    def include(self, host: str | None) -> bool:
        """Whether a request with this Host is meant for us."""
        return host is not None and _without_port(host) in self._names


class HostMiddleware:
    """Refuses what is meant for another host, for an app that has no other edge."""

    def __init__(self, app: ASGIApp, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._hosts.include(Headers(scope=scope).get("host")):
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse("Misdirected Request", 421)(scope, receive, send)


def _without_port(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name.strip("[]") if colon and port.isdigit() else host.lower().strip("[]")
