"""Logs of the project and of libraries in one chain: JSON or colours. Events are names; values are ids and codes.

Lines are bounded: in length, and in how many of one kind are written in a second, of warnings fewer.
"""

import logging
import sys
from collections import OrderedDict
from pathlib import PurePath
from time import monotonic
from traceback import walk_tb
from typing import Any, Literal

import structlog

LogFormat = Literal["json", "console"]
ACCESS = "trusted_trader.access"
MOST_CHARACTERS = 2_000
MOST_CAUSES = 10
MOST_A_SECOND = 100
MOST_WARNINGS_A_SECOND = 10
MOST_KINDS = 1_000


def configure(service: str, form: LogFormat, *, access: bool = False) -> None:
    """Sends every log line of this process to standard output in one form; with `access`, one for each request."""
    stamped: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_input,
    ]
    rendered: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[*stamped, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(RateBound())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=stamped,
            processors=[
                with_suppressed,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                shortened,
                rendered,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("aiokafka", "pymongo", "httpx", "uvicorn.access", "faststream"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger(ACCESS).setLevel(logging.INFO if access else logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)


class RateBound(logging.Filter):
    """Lets some lines of one kind pass in a second, and says with the next one how many it suppressed.

    A kind is an event of ours, or the form of a message of a library.
    """

    def __init__(self) -> None:
        super().__init__()
        self._kinds: OrderedDict[object, tuple[float, int]] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.msg.get("event") if isinstance(record.msg, dict) else (record.name, str(record.msg))
        most = MOST_A_SECOND if record.levelno < logging.WARNING else MOST_WARNINGS_A_SECOND
        began, count = self._kinds.get(kind, (0.0, 0))
        if monotonic() - began >= 1:
            record.suppressed = max(0, count - most)
            began, count = monotonic(), 0
        self._kinds[kind] = (began, count + 1)
        self._kinds.move_to_end(kind)
        if len(self._kinds) > MOST_KINDS:
            self._kinds.popitem(last=False)
        return count < most


def with_suppressed(_: object, __: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Adds how many lines of this kind were suppressed before it, if any were."""
    suppressed = getattr(line.get("_record"), "suppressed", 0)
    return {**line, "suppressed": suppressed} if suppressed else line


def shortened(_: object, __: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Bounds every value, in whatever it stands."""
    return {name: _short(value) for name, value in line.items()}


def _short(value: Any) -> Any:
    match value:
        case str() if len(value) > MOST_CHARACTERS:
            return f"{value[:MOST_CHARACTERS]}…"
        case list() | tuple():
            return [_short(part) for part in value[:MOST_CAUSES]]
        case _:
            return value


def without_input(_: object, __: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Reduces an exception to types and lines of code: messages and local variables could repeat what somebody sent."""
    raised = line.pop("exc_info", None)
    if not raised:
        return line
    error = (
        raised if isinstance(raised, BaseException) else raised[1] if isinstance(raised, tuple) else sys.exc_info()[1]
    )
    line["exception"] = [_described(raised) for raised in _causes(error)]
    return line


def _causes(error: BaseException | None) -> list[BaseException]:
    causes: list[BaseException] = []
    while error is not None and error not in causes:
        causes.append(error)
        error = error.__cause__ or error.__context__
    return causes


def _described(error: BaseException) -> str:
    frames = [
        f"{PurePath(frame.f_code.co_filename).name}:{line} {frame.f_code.co_name}"
        for frame, line in walk_tb(error.__traceback__)
    ]
    return f"{type(error).__name__}: {' > '.join(frames)}"
