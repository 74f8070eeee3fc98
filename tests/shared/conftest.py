from collections.abc import Iterator

import pytest

from shared.store.client import Database
from tests.support.builders.toys import Deploy
from tests.support.servers.kernel import Toys, toys


@pytest.fixture
def toy(database: Database) -> Iterator[Toys]:
    """Toy aggregates; the code that chokes on poison is not mended yet."""
    Deploy.mended = False
    yield toys(database)
    Deploy.mended = False
