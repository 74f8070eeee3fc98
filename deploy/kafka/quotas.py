"""What a partner may ask of the broker in a second. No client of Kafka for Python sets quotas, so it is done here."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.protocol.admin import DescribeClientQuotasRequest
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Float64, Int16, Int32, Schema, String

from deploy.errors import Failed
from shared.bus.access import KafkaAccess

Quotas = Mapping[str, float]
T = TypeVar("T")
# Bytes a second; a quarter of one of the broker's threads; changes of topics a second. A partner publishes nothing.
OF_A_PARTNER: Quotas = {
    "consumer_byte_rate": 4_000_000.0,
    "producer_byte_rate": 1_000.0,
    "request_percentage": 25.0,
    "controller_mutation_rate": 1.0,
}
_USER = "user"
_ANY_NAME = 2
_ANSWERS_WITHIN_MS = 20_000


def described(access: KafkaAccess) -> dict[str, Quotas]:
    """The quotas of every user that has some. Raises Failed."""

    async def ask(client: AIOKafkaAdminClient) -> dict[str, Quotas]:
        every: Any = (_USER, _ANY_NAME, None)
        answer = await _asked(client, DescribeClientQuotasRequest([every], strict=True))
        _accepted(answer.error_code, answer.error_message)
        return {name: dict(values) for ((_, name),), values in answer.entries}

    return _as_operator(access, ask)


def alter(access: KafkaAccess, quotas: Mapping[str, Quotas]) -> None:
    """Gives each user its quotas. Raises Failed."""

    async def ask(client: AIOKafkaAdminClient) -> None:
        entries = [
            ([(_USER, user)], [(name, value, False) for name, value in values.items()])
            for user, values in quotas.items()
        ]
        for error_code, message, _ in (await _asked(client, _AlterClientQuotas(entries))).entries:
            _accepted(error_code, message)

    _as_operator(access, ask)


def _as_operator(access: KafkaAccess, ask: Callable[[AIOKafkaAdminClient], Awaitable[T]]) -> T:
    """What the operator's client answers; in a thread of its own, as the caller's may run a loop."""

    async def answer() -> T:
        client = AIOKafkaAdminClient(**access.arguments(), request_timeout_ms=_ANSWERS_WITHIN_MS)
        try:
            await client.start()
            return await ask(client)
        except (KafkaError, OSError, TimeoutError) as away:
            raise Failed(f"Kafka does not answer the operator: {away}") from away
        finally:
            await client.close()

    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, answer()).result()


async def _asked(client: AIOKafkaAdminClient, request: Request[Any]) -> Any:
    return await client._client.send(client._client.get_random_node(), request)  # noqa: SLF001 - it offers no other call


def _accepted(error_code: int, message: str | None) -> None:
    if error_code:
        raise Failed(f"Kafka refuses quotas: {message or error_code}")


class _AlterClientQuotasAnswer(Response):
    API_KEY = 49
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "entries",
            Array(
                ("error_code", Int16),
                ("error_message", String("utf-8")),
                ("entity", Array(("entity_type", String("utf-8")), ("entity_name", String("utf-8")))),
            ),
        ),
    )


class _AlterClientQuotasStruct(RequestStruct):
    API_KEY = 49
    API_VERSION = 0
    RESPONSE_TYPE = _AlterClientQuotasAnswer
    SCHEMA = Schema(
        (
            "entries",
            Array(
                ("entity", Array(("entity_type", String("utf-8")), ("entity_name", String("utf-8")))),
                ("ops", Array(("key", String("utf-8")), ("value", Float64), ("remove", Boolean))),
            ),
        ),
        ("validate_only", Boolean),
    )


class _AlterClientQuotas(Request[_AlterClientQuotasStruct]):
    API_KEY = 49

    def __init__(self, entries: list[Any]) -> None:
        self._entries = entries

    def build(self, request_struct_class: type[_AlterClientQuotasStruct]) -> _AlterClientQuotasStruct:
        validate_only = False
        return request_struct_class(self._entries, validate_only)
