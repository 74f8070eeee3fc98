from pathlib import Path
from time import monotonic

from deploy.local.mongo import Mongo
from shared.store.client import WRITES_WITHIN_SECONDS, connect, takes_writes
from tests.support.servers.backing import SECRET


async def test_a_database_that_answers_and_takes_no_writes_is_found_in_time(tmp_path: Path) -> None:
    """A ping would be answered all the while."""
    async with Mongo(tmp_path, SECRET) as own:
        database = connect(own.url, "t")
        assert await takes_writes(database)
        assert await database.list_collection_names() == []
        await database.client.admin.command("fsync", lock=True)
        try:
            assert await database.command("ping")
            began = monotonic()
            assert not await takes_writes(database)
            assert monotonic() - began < WRITES_WITHIN_SECONDS + 1
        finally:
            await database.client.admin.command("fsyncUnlock")
        assert await takes_writes(database)
        database.client.close()
