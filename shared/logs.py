"""Logs of the project and of libraries in one chain: JSON or colours. Events are names; values are ids and codes."""

import logging
import sys
from pathlib import PurePath
from traceback import walk_tb
from typing import Literal

import structlog

LogFormat = Literal["json", "console"]


def configure(service: str, form: LogFormat) -> None:
    """Sends every log line of this process to standard output in one form."""
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
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=stamped, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, rendered]
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("aiokafka", "pymongo", "httpx", "uvicorn.access", "faststream"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)


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
