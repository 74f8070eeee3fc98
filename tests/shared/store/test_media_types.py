"""A file has the type that its content shows, whatever its sender declares."""

from collections.abc import AsyncIterator

import pytest

from shared.errors import Refused
from shared.store.client import Database
from shared.store.files import Files
from shared.store.media_types import MOST_OF_TABLE, recognised
from tests.support.builders.uploads import DOCX, JPEG, PDF, PNG, TYPES, XLSX, office

WORD = office("word/document.xml")
EXCEL = office("xl/workbook.xml")
NAMED_IN_UTF8 = office("word/é.xml")


async def accepted_as(database: Database, content: bytes, declared: str) -> str:
    """The type as which a file is accepted, or the code with which it is refused."""

    async def body() -> AsyncIterator[bytes]:
        yield content

    files = Files(database)
    try:
        return await recognised(files, await files.save(body(), 2_000_000), declared)
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize("media_type", TYPES)
async def test_a_file_of_its_declared_type(database: Database, media_type: str) -> None:
    assert await accepted_as(database, TYPES[media_type], media_type) == media_type
    assert await accepted_as(database, TYPES[media_type], f"{media_type.upper()}; charset=binary") == media_type


@pytest.mark.parametrize("declared", TYPES)
async def test_no_type_passes_for_another(database: Database, declared: str) -> None:
    passing = [
        actual for actual, content in TYPES.items() if await accepted_as(database, content, declared) == declared
    ]
    assert passing == [declared]


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        (b"", PDF),
        (b"Our statement of support", PDF),
        (TYPES[PDF], ""),
        (TYPES[JPEG], PNG),
        (WORD[1:], DOCX),
        (b"MZ" + WORD, DOCX),
    ],
    ids=["empty", "text", "undeclared", "another image", "cut at the front", "a program before it"],
)
async def test_what_no_accepted_type_begins_with(database: Database, content: bytes, declared: str) -> None:
    assert await accepted_as(database, content, declared) == "type_not_allowed"


@pytest.mark.parametrize(
    "content",
    [
        office("notes.txt"),
        WORD.replace(b"[Content_Types].xml", b"[Content_Typed].xml"),
        office("sword/document.xml"),
        WORD[: len(WORD) // 2],
        WORD[:-22] + office()[-22:],
        NAMED_IN_UTF8.replace("é".encode(), b"\xff\xff"),
        WORD.replace(b"PK\x01\x02\x14\x03\x14\x00", b"PK\x01\x02\x14\x03\x63\x00"),
    ],
    ids=[
        "another zip",
        "no content types",
        "another folder",
        "half of it",
        "another table",
        "unreadable names",
        "a later zip",
    ],
)
async def test_a_zip_file_that_is_no_office_file(database: Database, content: bytes) -> None:
    assert await accepted_as(database, content, DOCX) == "type_not_allowed"


async def test_of_a_large_office_file_the_end_is_enough(database: Database) -> None:
    large = office("xl/workbook.xml", padding=3 * MOST_OF_TABLE)
    assert len(large) > 3 * MOST_OF_TABLE
    assert await accepted_as(database, large, XLSX) == XLSX


async def test_an_office_file_of_too_many_parts_is_not_looked_through(database: Database) -> None:
    many = office(*(f"word/{number:040}.xml" for number in range(3_000)))
    assert await accepted_as(database, many, DOCX) == "type_not_allowed"
