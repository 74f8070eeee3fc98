"""A problem document (RFC 9457) for every wrong call: code, sentence in the caller's language, field; never input."""

from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from math import ceil
from typing import Annotated, Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import Field, TypeAdapter
from starlette.exceptions import HTTPException

from shared import yaml_text
from shared.errors import Refused, Unavailable, VersionNewer
from shared.http.language import language_of
from shared.i18n import Language, Text, pick
from shared.model import Model

log = structlog.get_logger()
_BY_STATUS = {
    401: "unauthorised",
    403: "role_not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
}
_COMMAND_HEADER = {
    "key_reused": "header.Idempotency-Key",
    "too_many_keys": "header.Idempotency-Key",
    "stale": "header.If-Match",
}
_HEADERS = {
    400: {"Connection": "close"},
    401: {"WWW-Authenticate": "Bearer"},
    415: {"Accept": "application/json"},
    503: {"Retry-After": "2"},
}
_OF_THE_BODY = {"malformed", "too_large", "too_slow"}
_PARTS = {"body", "header", "path", "query"}


class Sentence(Text):
    """What a code means, in both languages, and its HTTP status."""

    status: Annotated[int, Field(ge=400, le=599)] = 409


Problems = Mapping[str, Sentence]


class Fault(Model):
    """One thing that is wrong: where, and by which code."""

    where: Annotated[str, Field(examples=["body.text"])]
    code: Annotated[str, Field(examples=["missing"])]


class Problem(Model):
    """A problem document. `correlation` finds the request in the logs."""

    type: str
    title: str
    status: int
    code: str
    field: str | None = None
    errors: tuple[Fault, ...] = ()
    correlation: str | None = None


def problem(code: str, sentence: Sentence, language: Language, **of_this_request: Any) -> Problem:
    """The problem document of a code."""
    return Problem(
        type=f"urn:trusted-trader:problem:{code}",
        title=pick(sentence, language),
        status=sentence.status,
        code=code,
        **of_this_request,
    )


def load(package: str) -> Problems:
    """The codes of the kernel and of one service's catalogue."""
    own = files(package) / "catalogue" / "problems.yaml"
    read = TypeAdapter(dict[str, Sentence]).validate_python
    return read(yaml_text.values((files("shared.http") / "problems.yaml").read_text("utf-8"))) | read(
        yaml_text.values(own.read_text("utf-8"))
    )


def as_document(_: Request, shown: Problem) -> Response:
    return JSONResponse(shown.model_dump(), shown.status, media_type="application/problem+json")


class Answers:
    """The answers of one app to what it refuses: problem documents, or whatever `present` makes of one."""

    def __init__(self, problems: Problems, present: Callable[[Request, Problem], Response] = as_document) -> None:
        self.problems = problems
        self._present = present

    def register(self, app: FastAPI) -> None:
        """Makes every refusal and malformed request of this app a problem document."""
        app.add_exception_handler(Refused, self.refused)  # type: ignore[arg-type]  # Starlette types handlers of any exception
        app.add_exception_handler(RequestValidationError, self.malformed)  # type: ignore[arg-type]
        app.add_exception_handler(Unavailable, self.unavailable)  # type: ignore[arg-type]
        app.add_exception_handler(HTTPException, self.http_error)  # type: ignore[arg-type]

    async def answer(self, request: Request, raised: Exception) -> Response:
        """The answer to what was raised around the framework; what is not known here is a defect of ours."""
        match raised:
            case Refused():
                return await self.refused(request, raised)
            case Unavailable():
                return await self.unavailable(request, raised)
            case HTTPException():
                return await self.http_error(request, raised)
            case _:
                return self._problem(request, "internal")

    async def refused(self, request: Request, refusal: Refused) -> Response:
        field = refusal.field or _COMMAND_HEADER.get(refusal.code)
        answer = self._problem(request, refusal.code, field=_within(request, field), faults=refusal.details)
        answer.headers.update(refusal.headers)
        if refusal.retry_after is not None:
            answer.headers["Retry-After"] = str(ceil(refusal.retry_after.total_seconds()))
        return answer

    async def malformed(self, request: Request, invalid: RequestValidationError) -> Response:
        faults = [{"where": _where(error), "code": code_of(error)} for error in invalid.errors()]
        first = next((fault for fault in faults if fault["code"] in self.problems), faults[0])
        code = first["code"] if first["code"] in self.problems else "malformed"
        return self._problem(request, code, field=first["where"], faults=faults)

    async def unavailable(self, request: Request, away: Unavailable) -> Response:
        log.warning("unavailable", reason=str(away))
        return self._problem(request, str(away) if isinstance(away, VersionNewer) else "unavailable")

    async def http_error(self, request: Request, raised: HTTPException) -> Response:
        """What the web framework refuses by itself; a body that it cannot read is wrong as a whole."""
        code = _BY_STATUS.get(raised.status_code, "malformed")
        answer = self._problem(request, code, field="body" if code in _OF_THE_BODY else None)
        answer.headers.update(raised.headers or {})
        return answer

    def _problem(
        self, request: Request, code: str, *, field: str | None = None, faults: Sequence[Mapping[str, str]] = ()
    ) -> Response:
        sentence = self.problems[code]
        log.info("refused", code=code, status=sentence.status)
        language = language_of(request)
        document = problem(
            code,
            sentence,
            language,
            field=field,
            errors=tuple(Fault(where=fault.get("where", ""), code=fault.get("code", code)) for fault in faults),
            correlation=request.scope.get("state", {}).get("correlation"),
        )
        answer = self._present(request, document)
        answer.headers.update({"Content-Language": language, "Vary": "Accept-Language"})
        answer.headers.update(_HEADERS.get(sentence.status, {}))
        return answer


def _within(request: Request, field: str | None) -> str | None:
    """A field that a rule names, with the part of the request in which it stands; headers alone have a hyphen."""
    if field is None or field.partition(".")[0] in _PARTS:
        return field
    first = field.partition(".")[0]
    if first in request.path_params:
        return f"path.{field}"
    if first in request.query_params:
        return f"query.{field}"
    return f"header.{field}" if "-" in field else f"body.{field}"


def _where(error: Mapping[str, Any]) -> str:
    """The path of the faulty value in the request; the whole body if that is no JSON."""
    return "body" if error["type"] == "json_invalid" else ".".join(map(str, error["loc"]))


def code_of(error: Mapping[str, Any]) -> str:
    """The code of the project's own rule, or the kind of fault that pydantic names."""
    return (
        str(error["ctx"]["error"])
        if error["type"] == "value_error" and "error" in error.get("ctx", {})
        else str(error["type"])
    )
