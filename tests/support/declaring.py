"""Every decide runs in a wrapper that lets no refusal pass that its aggregate does not declare."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from shared.decider import Decider, Refusals
from shared.errors import Refused
from shared.http.call import Call
from shared.http.openapi import at_the_edge, refused_by
from shared.http.problems import Answers


class Undeclared(AssertionError):  # noqa: N818 - of a code
    """A code that stands neither in REFUSES of the aggregate nor, of an endpoint, in its document."""


@dataclass(frozen=True)
class Declared:
    """A decide with what it declares. Raises Undeclared."""

    decide: Callable[[Any, Any], tuple[Any, ...]]
    refuses: Refusals

    def __call__(self, command: Any, state: Any) -> tuple[Any, ...]:
        try:
            return self.decide(command, state)
        except Refused as refused:
            if refused.code not in self.refuses.get(type(command), ()):
                raise Undeclared(f"{type(command).__name__} is refused with {refused.code}") from refused
            raise


def hold_declared() -> None:
    """From now on every decider that is made holds to REFUSES, and every endpoint to what its document declares."""
    made, handle, answer = Decider.__init__, Call.handle, Answers._problem  # noqa: SLF001 - what every problem passes

    def make(decider: Any, *fields: Any, **named: Any) -> None:
        made(decider, *fields, **named)
        object.__setattr__(decider, "decide", Declared(decider.decide, decider.refuses))

    async def handled(call: Call, aggregate: Any, aggregate_id: str, command: Any, *created: Any, **named: Any) -> Any:
        endpoint = call.http.scope["route"].endpoint
        if missing := set(aggregate.decider.refuses.get(type(command), ())) - {"not_found", *refused_by(endpoint)}:
            raise Undeclared(f"{endpoint.__name__} does not declare {missing}")
        return await handle(call, aggregate, aggregate_id, command, *created, **named)

    def answered(answers: Answers, request: Request, code: str, **named: Any) -> Response:
        route: Any = request.scope.get("route")
        described = getattr(route, "include_in_schema", False) and code not in {"method_not_allowed", "unavailable"}
        if described and code not in {*at_the_edge(route), *refused_by(route.endpoint)}:
            raise Undeclared(f"{route.name} does not declare {code}")
        return answer(answers, request, code, **named)

    Decider.__init__ = make  # type: ignore[assignment, method-assign]
    Call.handle = handled  # type: ignore[assignment, method-assign]
    Answers._problem = answered  # type: ignore[assignment, method-assign]  # noqa: SLF001
