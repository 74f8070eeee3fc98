"""The files of a company's service, seen in its database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from shared.store.client import Database, connect


@asynccontextmanager
async def database_of(mongo_url: str, company_id: UUID) -> AsyncIterator[Database]:
    """The database of the service that knows this company."""
    server = connect(mongo_url, "admin").client
    try:
        for name in await server.list_database_names():
            if await server[name]["companies"].count_documents({"_id": str(company_id)}):
                yield server[name]
                return
    finally:
        server.close()
    raise AssertionError(company_id)


async def kept(mongo_url: str, company_id: UUID) -> int:
    """How many files lie there; each has its chunks, and there are none without a file."""
    async with database_of(mongo_url, company_id) as database:
        files = {file["_id"] for file in await database["files.files"].find().to_list(None)}
        assert set(await database["files.chunks"].distinct("files_id")) <= files
        return len(files)
