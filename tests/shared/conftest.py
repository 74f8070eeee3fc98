import os
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from shared.kafka import KafkaAccess
from shared.store.client import Database, connect
from tests.support.kernel import Toys, toys
from tests.support.toys import Deploy


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    """A fresh database on the real server."""
    made = connect(os.environ["TT_MONGO"], f"test_{uuid4().hex}")
    yield made
    await made.client.drop_database(made.name)
    made.client.close()


@pytest.fixture(scope="session")
def operator() -> KafkaAccess:
    return KafkaAccess(os.environ["TT_KAFKA"], "operator", "secret")


@pytest.fixture
def toy(database: Database) -> Iterator[Toys]:
    """Toy aggregates; the code that chokes on poison is not mended yet."""
    Deploy.mended = False
    yield toys(database)
    Deploy.mended = False
