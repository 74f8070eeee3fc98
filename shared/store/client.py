"""The connection: majority writes and reads, bounded waits, and one error for a server that is away."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WaitQueueTimeoutError,
    WriteConcernError,
    WTimeoutError,
)

from shared.errors import Unavailable

Database = AsyncIOMotorDatabase[dict[str, Any]]
WRITES_WITHIN_SECONDS = 2.0
_AWAY = (ConnectionFailure, ExecutionTimeout, WaitQueueTimeoutError, WTimeoutError, WriteConcernError)
_FAILOVER = frozenset({6, 7, 50, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, 14031})


def connect(url: str, database: str) -> Database:
    """A database whose writes a majority journals and whose reads see only such writes. Connects on first use."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        url,
        w="majority",
        journal=True,
        readConcernLevel="majority",
        retryWrites=True,
        timeoutMS=5_000,
        tz_aware=True,
    )
    return client[database]


@contextmanager
def reaching() -> Iterator[None]:
    """Turns only connection, failover, disk and time-out errors into Unavailable; a write may have happened."""
    try:
        yield
    except _AWAY as away:
        raise Unavailable("database_unavailable") from away
    except BulkWriteError as failed:
        errors = [*failed.details.get("writeErrors", ()), *failed.details.get("writeConcernErrors", ())]
        if failed.details.get("writeConcernErrors") or any(error.get("code") in _FAILOVER for error in errors):
            raise Unavailable("database_unavailable") from failed
        raise
    except OperationFailure as failed:
        if failed.code in _FAILOVER or failed.has_error_label("RetryableWriteError"):
            raise Unavailable("database_unavailable") from failed
        raise


async def takes_writes(database: Database) -> bool:
    """Whether a majority acknowledges a write, one that changes nothing, in time."""
    try:
        async with asyncio.timeout(WRITES_WITHIN_SECONDS):
            await database["acts"].delete_one({"_id": ""})
    except (PyMongoError, TimeoutError):
        return False
    return True
