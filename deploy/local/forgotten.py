"""Where Kafka has forgotten passwords as it started, its controller has not, and takes new ones over removals.

No client of Kafka for Python talks to a controller, so it is done here (docs/decisions/0039).
"""

from collections.abc import Iterable
from secrets import token_bytes
from typing import Any

from aiokafka.conn import create_conn
from aiokafka.errors import KafkaError
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    CompactArray,
    CompactBytes,
    CompactString,
    Int8,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

from deploy.errors import Failed
from deploy.kafka.access import OPERATOR, mechanism_of, users
from deploy.kafka.plan import ITERATIONS_OF_NOBODY, MECHANISMS
from deploy.local.processes import LOOPBACK

_BYTES = {"SCRAM-SHA-256": 32, "SCRAM-SHA-512": 64}


async def cover_removals(controller_port: int, operator_password: str) -> None:
    """Locks every user out of the mechanism of others; what was removed comes back at the next start. Raises Failed."""
    try:
        controller = await create_conn(
            LOOPBACK,
            controller_port,
            security_protocol="SASL_PLAINTEXT",
            sasl_mechanism="PLAIN",
            sasl_plain_username=OPERATOR,
            sasl_plain_password=operator_password,
        )
        try:
            answer = await controller.send(_AlterPasswords(_of_nobody()))
        finally:
            controller.close()
    except (KafkaError, OSError, TimeoutError) as away:
        raise Failed(f"Kafka's controller does not answer the operator: {away}") from away
    if refused := [message for _, error_code, message, _ in answer.results if error_code]:
        raise Failed(f"Kafka's controller refuses passwords: {refused[0]}")


def _of_nobody() -> Iterable[tuple[Any, ...]]:
    for user in sorted(users()):
        for mechanism, name in MECHANISMS.items():
            if name != mechanism_of(user):
                size = _BYTES[name]
                yield user, mechanism.value, ITERATIONS_OF_NOBODY, token_bytes(size), token_bytes(size), {}


class _AlterPasswordsAnswer(Response):
    API_KEY = 51
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            CompactArray(
                ("user", CompactString("utf-8")),
                ("error_code", Int16),
                ("error_message", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _AlterPasswordsStruct(RequestStruct):
    API_KEY = 51
    API_VERSION = 0
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = _AlterPasswordsAnswer
    SCHEMA = Schema(
        (
            "deletions",
            CompactArray(("name", CompactString("utf-8")), ("mechanism", Int8), ("tags", TaggedFields)),
        ),
        (
            "upsertions",
            CompactArray(
                ("name", CompactString("utf-8")),
                ("mechanism", Int8),
                ("iterations", Int32),
                ("salt", CompactBytes),
                ("salted_password", CompactBytes),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _AlterPasswords(Request[_AlterPasswordsStruct]):
    API_KEY = 51

    def __init__(self, upsertions: Iterable[tuple[Any, ...]]) -> None:
        self._upsertions = list(upsertions)

    def build(self, request_struct_class: type[_AlterPasswordsStruct]) -> _AlterPasswordsStruct:
        return request_struct_class([], self._upsertions, {})
