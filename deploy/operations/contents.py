"""The contents of a backup, held against what `tt backup` writes before anything of them is written anywhere.

A file from elsewhere may name anything: only the known members, collections and kinds of indexes are taken.
"""

import zlib
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from pydantic import ValidationError

from deploy.errors import Failed
from deploy.operations.backup import MANIFEST, SECRETS, Collection, Manifest, Part, member_of
from deploy.operations.stored import ATTEMPTS, DRAFTS, JOURNAL, databases

MOST_MANIFEST_BYTES = 10_000_000
MOST_SECRET_BYTES = 100_000
MOST_DOCUMENT_BYTES = 16 * 1024**2 + 16 * 1024  # what the database holds in one document, and what it adds itself
LENGTH_BYTES = 4
INDEX_OPTIONS = frozenset({"v", "key", "name", "unique", "partialFilterExpression", "collation"})
EXPIRING = frozenset({"expireAfterSeconds"})
UNREADABLE = (KeyError, BadZipFile, zlib.error, OSError, EOFError, RuntimeError)  # all that zipfile raises


def opened(file: Path) -> ZipFile:
    """The file, if it is one that can be read at all. Raises Failed."""
    try:
        return ZipFile(file)
    except FileNotFoundError:
        raise Failed(f"there is no {file}: name the file that `tt backup` has written") from None
    except (BadZipFile, OSError):
        raise Failed(f"{file} is no backup, or not all of it: take another copy of it, or an older backup") from None


def checked(file: Path, backup: ZipFile) -> Manifest:
    """The manifest of a backup that holds what a backup holds, every byte as it was written. Raises Failed."""
    try:
        with backup.open(MANIFEST) as member:
            manifest = Manifest.model_validate_json(member.read(MOST_MANIFEST_BYTES))
    except (*UNREADABLE, ValidationError):
        raise Failed(
            f"{file} is no backup that this version can read: restore it with the version of tt that wrote it"
        ) from None
    if faults := [*foreign(manifest, backup.namelist())]:
        raise Failed(f"{file} is not as `tt backup` writes it, and nothing of it was taken: {'; '.join(faults)}")
    for part in (*manifest.collections, *manifest.secrets):
        if not _intact(backup, part):
            raise Failed(
                f"{file} is damaged: {part.name} is not what was written. Take another copy of it, or an older backup"
            )
    return manifest


def foreign(manifest: Manifest, members: list[str]) -> Iterator[str]:
    """A sentence for whatever `tt backup` would not have written so: names, databases, collections, indexes."""
    parts = [MANIFEST, *(part.name for part in (*manifest.collections, *manifest.secrets))]
    yield from (f"{name!r} is in it twice" for name, times in Counter(members).items() if times > 1)
    yield from (f"{name!r} is listed twice" for name, times in Counter(parts).items() if times > 1)
    yield from (f"{name!r} is listed and missing" for name in parts if name not in members)
    yield from (f"{name!r} is in it and not listed" for name in members if name not in parts)
    for kept in manifest.collections:
        yield from _foreign_collection(kept)
    present = {(kept.database, kept.collection) for kept in manifest.collections}
    yield from (f"{database!r} has no journal" for database in databases() if (database, JOURNAL) not in present)
    secrets = sorted(part.name for part in manifest.secrets)
    if secrets and secrets != sorted(SECRETS):
        yield f"its secrets are {', '.join(map(repr, secrets))}, and not {', '.join(SECRETS)}"


def documents(member: IO[bytes]) -> Iterator[bytes]:
    """The documents of a collection, one by one. Raises EOFError where one is cut off or too large."""
    while length := member.read(LENGTH_BYTES):
        size = int.from_bytes(length, "little")
        if not LENGTH_BYTES < size <= MOST_DOCUMENT_BYTES:
            raise EOFError(size)
        document = length + member.read(size - LENGTH_BYTES)
        if len(document) != size or document[-1]:
            raise EOFError(size)
        yield document


def _foreign_collection(kept: Collection) -> Iterator[str]:
    if kept.collection not in databases().get(kept.database, ()):
        yield f"no service has the collection {kept.collection!r} in {kept.database!r}"
    elif kept.name != member_of(kept.database, kept.collection):
        yield f"{kept.name!r} is no name for {kept.database}/{kept.collection}"
    for index in kept.indexes:
        if unknown := index.keys() - INDEX_OPTIONS - (EXPIRING if kept.collection in (ATTEMPTS, DRAFTS) else set()):
            yield f"an index of {kept.name!r} has {', '.join(map(repr, sorted(unknown)))}"


def _intact(backup: ZipFile, part: Part) -> bool:
    """Whether a member can be read and has its digest; a secret must be text, a collection have what is counted."""
    digest, count = sha256(), 0
    try:
        with backup.open(part.name) as member:
            if not isinstance(part, Collection):
                content = member.read(MOST_SECRET_BYTES)
                return bool(content.decode()) and sha256(content).hexdigest() == part.sha256
            for document in documents(member):
                digest.update(document)
                count += 1
    except (*UNREADABLE, UnicodeDecodeError):
        return False
    return (digest.hexdigest(), count) == (part.sha256, part.documents)
