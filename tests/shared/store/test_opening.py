"""A stored file is opened in a process that has bounds of its own, and none of the secrets of this one."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import pytest

from shared.errors import Refused
from shared.store import opening
from shared.store.client import Database
from shared.store.files import Files
from tests.support.builders.broken_files import BROKEN
from tests.support.builders.uploads import PDF, TYPES, XLSX, office, pdf

COMPANY = "0198aee8-9fb0-7d3c-8a3e-111111111111"
LARGEST = 25_000_000


async def opened(database: Database, content: bytes, media_type: str = PDF) -> str:
    """`opened`, or the code with which a stored file is refused."""

    async def body() -> AsyncIterator[bytes]:
        yield content

    files = Files(database)
    saved = await files.save(body(), LARGEST, COMPANY)
    try:
        await opening.require_opened(files, saved, media_type)
    except Refused as refused:
        return refused.code
    return "opened"


@pytest.mark.parametrize("media_type", TYPES)
async def test_a_sound_file_of_every_type(database: Database, media_type: str) -> None:
    assert await opened(database, TYPES[media_type], media_type) == "opened"


@pytest.mark.parametrize("code", BROKEN)
async def test_every_reason_comes_out_of_the_process(database: Database, code: str) -> None:
    [content, *_] = BROKEN[code](PDF).values()
    assert await opened(database, content) == code


async def test_the_largest_file_is_opened(database: Database) -> None:
    assert await opened(database, pdf(padding=LARGEST - 2_000)) == "opened"


async def test_a_file_that_takes_too_much_memory(database: Database) -> None:
    """Small parts, so many that their table alone would not fit."""
    parts = {f"xl/media/{number}": b"" for number in range(120_000)}
    assert await opened(database, office(XLSX, parts=parts), XLSX) == "file_too_complex"


async def test_a_part_that_does_not_fit_is_not_passed_over(database: Database) -> None:
    """The library of PDF goes on without an entry for which memory is short; what is short first differs."""
    note = b"<</Subtype /Text /C [%s]>> " % (b"1 " * 400)
    assert await opened(database, pdf(page=b"/Annots [%s]" % (note * 10_000))) in {"file_damaged", "file_too_complex"}


async def test_a_file_that_takes_too_long_is_given_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_SECONDS", 0.01)
    began = monotonic()
    assert await opened(database, TYPES[PDF]) == "file_too_complex"
    assert monotonic() - began < 5


async def test_the_process_has_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TT_MONGO_URL", "mongodb://intake:secret@mongo")
    process = await asyncio.create_subprocess_exec(
        "/usr/bin/env", env=opening.ENVIRONMENT, stdout=asyncio.subprocess.PIPE
    )
    shown, _ = await process.communicate()
    assert [line.partition(b"=")[0] for line in shown.splitlines()] == [b"PYTHONPATH"]
