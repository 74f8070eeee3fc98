"""Which type an uploaded file has, by its content; an office file is recognised by its table, without unpacking."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

import puremagic

from shared.errors import Refused
from shared.store.files import Files, Saved

MOST_OF_TABLE = 262_144  # bytes at the end of a zip file, room for the names of some 3,000 parts
FOLDERS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word/",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xl/",
}


async def recognised(files: Files, saved: Saved, declared: str) -> str:
    """The declared media type of a stored file, if the content has it. Raises Refused("type_not_allowed")."""
    media_type = declared.partition(";")[0].strip().lower()
    if media_type not in _by_first_bytes(saved.first_bytes):
        raise Refused("type_not_allowed", field="Content-Type")
    if folder := FOLDERS.get(media_type):
        end = b"".join([chunk async for chunk in files.read(saved.file_id, max(0, saved.size - MOST_OF_TABLE))])
        if not _packs(end, folder):
            raise Refused("type_not_allowed", field="Content-Type")
    return media_type


def _by_first_bytes(first_bytes: bytes) -> frozenset[str]:
    """Every type that begins like this; any zip file may be any office file."""
    try:
        return frozenset(match.mime_type.lower() for match in puremagic.magic_string(first_bytes))
    except (puremagic.PureError, ValueError):
        return frozenset()


def _packs(end: bytes, folder: str) -> bool:
    """Whether the zip file with this end is an office file whose main parts lie in this folder."""
    try:
        with ZipFile(BytesIO(end)) as archive:
            names = archive.namelist()
    except (BadZipFile, NotImplementedError, ValueError):
        return False
    return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)
