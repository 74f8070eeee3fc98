"""A form that a page has sent: read, turned into a command, and shown again with what was typed if that is refused."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl
from uuid import uuid4

from fastapi import Depends
from fastapi import Request as HttpRequest
from pydantic import ValidationError

from shared.errors import Refused
from shared.handling import Receipt
from shared.http.call import Call
from shared.http.problems import code_of
from shared.model import Model
from shared.pages.fields import Given, fields_of, gathered, validated
from shared.pages.visits import SignedVisit

KEY, ACT = "form-key", "form-act"
MOST_FIELDS = 5_000
INVALID = 422
Body = TypeVar("Body", bound=Model)


def fresh_key() -> str:
    """The key of a form that is shown: sent twice, it is done once."""
    return str(uuid4())


@dataclass(frozen=True)
class Filled:
    """A form as it is shown: its values, and what is wrong with which of them, by code; `""` is the form as a whole."""

    given: Given = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    key: str = field(default_factory=fresh_key)
    act: str = ""

    @classmethod
    def of(cls, body: Model) -> "Filled":
        """Filled with what stands."""
        return cls(fields_of(body))

    def value(self, name: str) -> str:
        return self.given.get(name, ("",))[-1]

    def values(self, name: str) -> tuple[str, ...]:
        return self.given.get(name, ())

    def fault(self, name: str) -> str | None:
        return self.faults.get(name)


@dataclass(frozen=True)
class Sent:
    """What a page has sent. `act` names one of several forms of a page."""

    page: str
    given: Given

    @property
    def act(self) -> str:
        return self.given.get(ACT, ("",))[-1]

    @property
    def key(self) -> str:
        return self.given.get(KEY, ("",))[-1] or fresh_key()

    @property
    def digest(self) -> str:
        """Of what it says: the same from either language's address."""
        said = sorted((name, values) for name, values in self.given.items() if name != KEY)
        return f"{self.page} {sha256(repr(said).encode()).hexdigest()}"

    def body(self, kind: type[Body], read_as: Mapping[str, Any] | None = None) -> Body:
        """The body of the command. Raises pydantic's ValidationError."""
        body: Body = validated(self.given, kind, read_as)
        return body

    async def command(self, visit: SignedVisit, edge: Callable[[Call], Awaitable[Receipt]]) -> Filled | None:
        """Has the command done, once for each key; None, or the form as it is to be shown again."""
        try:
            await edge(visit.call.sent_by_form(self.key, self.digest))
        except ValidationError as invalid:
            faults = {".".join(map(str, error["loc"])): code_of(error) for error in reversed(invalid.errors())}
            return Filled(self.given, faults, INVALID, self.key, self.act)
        except Refused as refused:
            faults = {refused.field or "": refused.code}
            faults |= {detail.get("where", ""): detail["code"] for detail in refused.details}
            return Filled(self.given, faults, visit.renderer.status(refused.code), act=self.act)
        return None


async def _sent(request: HttpRequest) -> Sent:
    """Raises Refused("malformed")."""
    try:
        text = (await request.body()).decode()
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise Refused("malformed", field="body") from None
    return Sent(request.scope["route"].name, gathered((name, value.replace("\r\n", "\n")) for name, value in pairs))


FormSent = Annotated[Sent, Depends(_sent)]
