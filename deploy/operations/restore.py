"""`tt restore`: makes a deployment from a backup, and its bus from the journals (docs/decisions/0014-backup.md)."""

import asyncio
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from bson import decode_file_iter
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pydantic import ValidationError
from pymongo import MongoClient

from deploy.errors import Failed
from deploy.local.deployment import Stores, write_secret
from deploy.local.servers import Given
from deploy.local.stores import stores_of
from deploy.operations.backup import MANIFEST, Manifest
from deploy.operations.replay import replayed
from services import intake, mra_exchange, review, risk, site_validation
from shared.store.client import connect
from shared.store.documents import Documents

OWNS = {
    "intake": intake.OWNS,
    "review": review.OWNS,
    "risk": risk.OWNS,
    "site_validation": site_validation.OWNS,
    "mra_exchange": mra_exchange.OWNS,
}
MOST_BYTES = 16_000_000
PIECE = 1_000_000
_RAW = CodecOptions(document_class=RawBSONDocument)


async def restore(file: Path, data: Path, given: Given) -> tuple[Manifest, int]:
    """Makes a deployment in an empty directory, whole or not at all.

    Returns the manifest, and how many messages were published again. Raises Failed.
    """
    if _holds_something(data):
        raise Failed(
            f"{data} is not empty: a backup is restored beside what is there, never over it. "
            "Name another directory with --data"
        )
    if given.kafka or given.mongo:
        raise Failed(
            "TT_KAFKA or TT_MONGO names servers that hold something already: unset them, "
            "a backup is restored onto servers of its own"
        )
    with _opened(file) as backup:
        manifest = checked(file, backup)
        data.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=data.parent, prefix=f".{data.name}-") as scratch:
            home = Path(scratch) / "data"
            for secret in manifest.secrets:
                write_secret(home / secret.name, backup.read(secret.name).decode())
            async with stores_of(home, given) as of_service:
                stores = {service: of_service(service) for service in OWNS}
                await asyncio.to_thread(_load, backup, manifest, stores["intake"].mongo_url)
                await _raise_sequences(stores)
                published = [await replayed(service, own) for service, own in stores.items()]
            home.rename(data)
    return manifest, sum(published)


def checked(file: Path, backup: ZipFile) -> Manifest:
    """The manifest of a backup of which every byte is as it was written. Raises Failed."""
    try:
        manifest = Manifest.model_validate_json(backup.read(MANIFEST))
    except (KeyError, ValidationError):
        raise Failed(
            f"{file} is no backup that this version can read: restore it with the version of tt that wrote it"
        ) from None
    for part in (*manifest.collections, *manifest.secrets):
        if _digest(backup, part.name) != part.sha256:
            raise Failed(
                f"{file} is damaged: {part.name} is not what was written. Take another copy of it, or an older backup"
            )
    return manifest


def _holds_something(data: Path) -> bool:
    return data.exists() and (not data.is_dir() or any(data.iterdir()))


def _opened(file: Path) -> ZipFile:
    try:
        return ZipFile(file)
    except FileNotFoundError:
        raise Failed(f"there is no {file}: name the file that `tt backup` has written") from None
    except (BadZipFile, OSError):
        raise Failed(f"{file} is no backup, or not all of it: take another copy of it, or an older backup") from None


def _digest(backup: ZipFile, name: str) -> str | None:
    """The digest of a member; None where it is missing or cannot be unpacked."""
    digest = sha256()
    try:
        with backup.open(name) as member:
            while piece := member.read(PIECE):
                digest.update(piece)
    except (KeyError, BadZipFile, OSError):
        return None
    return digest.hexdigest()


def _load(backup: ZipFile, manifest: Manifest, mongo_url: str) -> None:
    with MongoClient[Any](mongo_url, w="majority", journal=True) as client:
        for kept in manifest.collections:
            target = client[kept.database][kept.collection]
            with backup.open(kept.name) as member:
                for documents in _pieces(member):
                    target.insert_many(documents, ordered=False)
            if kept.indexes:
                client[kept.database].command("createIndexes", kept.collection, indexes=list(kept.indexes))


def _pieces(member: IO[bytes]) -> Iterator[list[RawBSONDocument]]:
    piece: list[RawBSONDocument] = []
    size = 0
    for document in decode_file_iter(member, _RAW):
        piece.append(document)
        size += len(document.raw)
        if size > MOST_BYTES:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


async def _raise_sequences(stores: dict[str, Stores]) -> None:
    """Subscribers have consumed messages since the backup: their sequences are not used again."""
    for service, own in stores.items():
        database = connect(own.mongo_url, own.database)
        for collection in OWNS[service]:
            await Documents(database, collection).raise_sequences()
        database.client.close()
