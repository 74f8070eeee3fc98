"""What the edge of one service works with: one object, which the kernel gives to the app and every dependency reads."""

from dataclasses import dataclass
from typing import Any

from fastapi import Depends, FastAPI
from fastapi import Request as HttpRequest

from shared.http.health import Health
from shared.http.identity import Identity
from shared.http.session.session import Sessions
from shared.store.audit import AuditLog
from shared.store.drafts import Drafts


@dataclass(frozen=True)
class ServiceState:
    """`deps` is what the endpoints of the service work with, `operations` what the operators' endpoints do.

    `sessions`, `drafts` and `pages` are there where the service has a public address.
    """

    identity: Identity
    audit_log: AuditLog
    health: Health
    deps: Any
    operations: Any
    sessions: Sessions | None = None
    drafts: Drafts | None = None
    pages: Any = None

    def attach(self, app: FastAPI) -> None:
        """Gives the app this state."""
        app.state.service = self

    @classmethod
    def of(cls, app: FastAPI) -> "ServiceState":
        """The state of an app, as `request.app`."""
        state: ServiceState = app.state.service
        return state


def deps() -> Any:
    """A dependency that hands endpoints what their service works with: its aggregates, catalogues and settings."""

    async def of(request: HttpRequest) -> Any:
        return ServiceState.of(request.app).deps

    return Depends(of)
