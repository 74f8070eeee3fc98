"""Uploaded files are streamed in and out, known by SHA-256; an upload that fails leaves nothing and harms no other."""

from collections.abc import AsyncIterator
from hashlib import sha256

import pytest
from pymongo.errors import WriteError

from shared.errors import Refused
from shared.store.client import Database
from shared.store.files import Files

LIMIT = 1_000_000
LARGE = bytes(range(256)) * 3_000


@pytest.fixture
def files(database: Database) -> Files:
    return Files(database)


async def pieces(*contents: bytes) -> AsyncIterator[bytes]:
    for content in contents:
        yield content


async def broken_off() -> AsyncIterator[bytes]:
    yield LARGE
    raise ConnectionResetError


async def stored(database: Database) -> tuple[int, int]:
    """How many files there are, and how many chunks of files."""
    return await database["files.files"].count_documents({}), await database["files.chunks"].count_documents({})


async def test_a_file_is_read_as_it_was_saved(files: Files) -> None:
    saved = await files.save(pieces(LARGE[:100_000], b"", LARGE[100_000:]), LIMIT)
    assert (saved.size, saved.sha256, saved.first_bytes) == (len(LARGE), sha256(LARGE).hexdigest(), LARGE[:65_536])
    assert b"".join([chunk async for chunk in files.read(saved.file_id)]) == LARGE


@pytest.mark.parametrize("start", [0, 1, 255 * 1_024, len(LARGE) - 1, len(LARGE)])
async def test_a_file_is_read_from_anywhere(files: Files, start: int) -> None:
    saved = await files.save(pieces(LARGE), LIMIT)
    assert b"".join([chunk async for chunk in files.read(saved.file_id, start)]) == LARGE[start:]


async def test_a_file_may_be_as_large_as_its_limit_and_no_larger(files: Files, database: Database) -> None:
    await files.save(pieces(b"12345", b"67890"), 10)
    before = await stored(database)
    with pytest.raises(Refused, match="too_large"):
        await files.save(pieces(LARGE, b"1"), len(LARGE))
    assert await stored(database) == before


async def test_an_upload_that_breaks_off_leaves_nothing_behind(files: Files, database: Database) -> None:
    with pytest.raises(ConnectionResetError):
        await files.save(broken_off(), LIMIT)
    assert await stored(database) == (0, 0)


async def test_an_upload_whose_last_write_fails_leaves_nothing_behind(files: Files, database: Database) -> None:
    await database.create_collection("files.files", validator={"never": {"$exists": True}})
    with pytest.raises(WriteError):
        await files.save(pieces(LARGE), LIMIT)
    assert await stored(database) == (0, 0)


async def test_no_upload_touches_another_file_of_the_same_content(files: Files, database: Database) -> None:
    first, second = [await files.save(pieces(LARGE), LIMIT) for _ in range(2)]
    with pytest.raises(Refused):
        await files.save(pieces(LARGE, LARGE), LIMIT)
    await files.delete(second.file_id)
    assert b"".join([chunk async for chunk in files.read(first.file_id)]) == LARGE
    assert await stored(database) == (1, 3)


async def test_a_deleted_file_is_gone_with_all_its_chunks_however_often_it_is_deleted(
    files: Files, database: Database
) -> None:
    saved = await files.save(pieces(LARGE), LIMIT)
    for _ in range(2):
        await files.delete(saved.file_id)
    assert await stored(database) == (0, 0)
    with pytest.raises(Refused, match="not_found"):
        await anext(files.read(saved.file_id))
