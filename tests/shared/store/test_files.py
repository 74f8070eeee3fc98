"""Uploaded files are streamed in and out, known by SHA-256; an upload that fails leaves nothing and harms no other."""

from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from unittest.mock import AsyncMock
from uuid import uuid4

import pytest
from motor.motor_asyncio import AsyncIOMotorGridFSBucket
from pymongo.errors import WriteError

from shared.clock import now
from shared.errors import Refused
from shared.store.client import Database
from shared.store.files import CHUNK_BYTES, Files, Unfiled

LIMIT = 1_000_000
COMPANY = "0198aee8-9fb0-7d3c-8a3e-111111111111"
LARGE = bytes(range(256)) * 3_000


@pytest.fixture
async def files(database: Database) -> Files:
    files = Files(database)
    await files.prepare()
    return files


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
    saved = await files.save(pieces(LARGE[:100_000], b"", LARGE[100_000:]), LIMIT, COMPANY)
    assert (saved.size, saved.sha256) == (len(LARGE), sha256(LARGE).hexdigest())
    assert b"".join([chunk async for chunk in files.read(saved.file_id)]) == LARGE


@pytest.mark.parametrize("start", [0, 1, 255 * 1_024, len(LARGE) - 1, len(LARGE)])
async def test_a_file_is_read_from_anywhere(files: Files, start: int) -> None:
    saved = await files.save(pieces(LARGE), LIMIT, COMPANY)
    assert b"".join([chunk async for chunk in files.read(saved.file_id, start)]) == LARGE[start:]


@pytest.mark.parametrize(("start", "length"), [(0, 1), (255 * 1_024 - 1, 2), (300_000, 400_000), (len(LARGE) - 1, 9)])
async def test_a_part_of_a_file_is_read(files: Files, start: int, length: int) -> None:
    saved = await files.save(pieces(LARGE), LIMIT, COMPANY)
    read = b"".join([chunk async for chunk in files.read(saved.file_id, start, length)])
    assert read == LARGE[start : start + length]


async def test_chunks_are_stored_as_they_come(files: Files, database: Database) -> None:
    """What has come of an upload lies in the database, not in this process."""
    stored_meanwhile = []

    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield LARGE[:CHUNK_BYTES]
            stored_meanwhile.append(await stored(database))

    await files.save(slowly(), LIMIT, COMPANY)
    assert stored_meanwhile == [(1, 1), (1, 2), (1, 3)]


async def test_what_nobody_has_filed_is_found_later(files: Files) -> None:
    kept, left = [await files.save(pieces(LARGE), LIMIT, COMPANY) for _ in range(2)]
    await files.keep(kept.file_id)
    assert await files.unfiled(now() - timedelta(hours=1)) == ()
    assert await files.unfiled(now() + timedelta(hours=1)) == (Unfiled(left.file_id, COMPANY),)
    assert b"".join([chunk async for chunk in files.read(kept.file_id)]) == LARGE


async def test_what_a_process_leaves_that_ends_in_the_middle_is_found_and_deleted(
    files: Files, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(Files, "delete", AsyncMock())
        with pytest.raises(ConnectionResetError):
            await files.save(broken_off(), LIMIT, COMPANY)
    assert await stored(database) == (1, 2)
    [left] = await files.unfiled(now() + timedelta(hours=1))
    await files.delete(left.file_id)
    assert await stored(database) == (0, 0)


async def test_a_file_of_before_is_read_and_counts_as_filed(files: Files, database: Database) -> None:
    """As the driver stored it, without a note of who uploaded it."""
    before = uuid4()
    await AsyncIOMotorGridFSBucket(database, bucket_name="files").upload_from_stream_with_id(
        str(before), str(before), LARGE
    )
    assert await files.unfiled(now() + timedelta(hours=1)) == ()
    assert b"".join([chunk async for chunk in files.read(before)]) == LARGE


async def test_a_file_may_be_as_large_as_its_limit_and_no_larger(files: Files, database: Database) -> None:
    await files.save(pieces(b"12345", b"67890"), 10, COMPANY)
    before = await stored(database)
    with pytest.raises(Refused, match="too_large"):
        await files.save(pieces(LARGE, b"1"), len(LARGE), COMPANY)
    assert await stored(database) == before


async def test_an_upload_that_breaks_off_leaves_nothing_behind(files: Files, database: Database) -> None:
    with pytest.raises(ConnectionResetError):
        await files.save(broken_off(), LIMIT, COMPANY)
    assert await stored(database) == (0, 0)


async def test_an_upload_whose_last_write_fails_leaves_nothing_behind(files: Files, database: Database) -> None:
    await database.command("collMod", "files.files", validator={"length": 0})
    with pytest.raises(WriteError):
        await files.save(pieces(LARGE), LIMIT, COMPANY)
    assert await stored(database) == (0, 0)


async def test_no_upload_touches_another_file_of_the_same_content(files: Files, database: Database) -> None:
    first, second = [await files.save(pieces(LARGE), LIMIT, COMPANY) for _ in range(2)]
    with pytest.raises(Refused):
        await files.save(pieces(LARGE, LARGE), LIMIT, COMPANY)
    await files.delete(second.file_id)
    assert b"".join([chunk async for chunk in files.read(first.file_id)]) == LARGE
    assert await stored(database) == (1, 3)


async def test_a_deleted_file_is_gone_with_all_its_chunks_however_often_it_is_deleted(
    files: Files, database: Database
) -> None:
    saved = await files.save(pieces(LARGE), LIMIT, COMPANY)
    for _ in range(2):
        await files.delete(saved.file_id)
    assert await stored(database) == (0, 0)
    with pytest.raises(Refused, match="not_found"):
        await anext(files.read(saved.file_id))
