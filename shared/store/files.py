"""Uploaded files in GridFS, streamed, with their SHA-256."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from uuid import UUID, uuid4

from gridfs.errors import NoFile
from motor.motor_asyncio import AsyncIOMotorGridFSBucket

from shared.clock import now
from shared.errors import Refused
from shared.store.client import Database, reaching

CHUNK_BYTES = 255 * 1_024
_UNFILED = "metadata.unfiled"


@dataclass(frozen=True)
class Saved:
    """What was stored under which id: size in bytes, and SHA-256 in hex."""

    file_id: UUID
    size: int
    sha256: str


@dataclass(frozen=True)
class Unfiled:
    """A file that nobody has filed, and for which aggregate it was uploaded."""

    file_id: UUID
    aggregate_id: str


class Files:
    """Files under new ids, one for each upload, each of them unfiled until its aggregate keeps it.

    A failed upload removes what it has stored, and nothing else. What a process leaves that ends in the middle is found
    among the unfiled.
    """

    def __init__(self, database: Database) -> None:
        self._files = database["files.files"]
        self._chunks = database["files.chunks"]
        self._database = database

    @cached_property
    def _bucket(self) -> AsyncIOMotorGridFSBucket:
        """Made on first use, because it binds the database to the running event loop."""
        return AsyncIOMotorGridFSBucket(self._database, bucket_name="files")

    async def prepare(self) -> None:
        """Makes the indexes: that of GridFS, and the one of unfiled files."""
        with reaching():
            await self._chunks.create_index([("files_id", 1), ("n", 1)], unique=True)
            await self._files.create_index("uploadDate", partialFilterExpression={_UNFILED: {"$exists": True}})

    async def save(self, chunks: AsyncIterator[bytes], limit: int, aggregate_id: str) -> Saved:
        """Stores a new file chunk by chunk, each as soon as it is full.

        Raises Refused("too_large") past `limit` bytes, leaving nothing behind.
        """
        file_id, size, digest = uuid4(), 0, sha256()
        file = {
            "_id": str(file_id),
            "filename": str(file_id),
            "length": 0,
            "chunkSize": CHUNK_BYTES,
            "uploadDate": now(),
        }
        with reaching():
            try:
                await self._files.insert_one({**file, "metadata": {"unfiled": aggregate_id}})
                async for chunk in _of_equal_size(_bounded(chunks, limit)):
                    await self._chunks.insert_one({"files_id": str(file_id), "n": size // CHUNK_BYTES, "data": chunk})
                    size += len(chunk)
                    digest.update(chunk)
                await self._files.update_one({"_id": str(file_id)}, {"$set": {"length": size}})
            except BaseException:
                await self.delete(file_id)
                raise
        return Saved(file_id, size, digest.hexdigest())

    async def keep(self, file_id: UUID) -> None:
        """Marks a file as filed."""
        with reaching():
            await self._files.update_one({"_id": str(file_id)}, {"$unset": {"metadata": ""}})

    async def unfiled(self, before: datetime) -> tuple[Unfiled, ...]:
        """The files whose upload began before this moment, and that nobody has filed."""
        query = {_UNFILED: {"$exists": True}, "uploadDate": {"$lt": before}}
        with reaching():
            found = await self._files.find(query).to_list(1_000)
        return tuple(Unfiled(UUID(file["_id"]), file["metadata"]["unfiled"]) for file in found)

    async def read(self, file_id: UUID, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """The bytes of a file from `start` on, all or `length` of them, in chunks. Raises Refused("not_found")."""
        with reaching():
            try:
                stream = await self._bucket.open_download_stream(str(file_id))
            except NoFile as absent:
                raise Refused("not_found") from absent
            stream.seek(start)
            left = stream.length - start if length is None else length
            while left > 0 and (chunk := await stream.readchunk()):
                yield chunk[:left]
                left -= len(chunk)

    async def delete(self, file_id: UUID) -> None:
        """Removes a file, if it is there."""
        with reaching():
            try:
                await self._bucket.delete(str(file_id))
            except NoFile:
                return


async def _bounded(chunks: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise Refused("too_large", field="body")
        yield chunk


async def _of_equal_size(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in chunks of the size that GridFS keeps; only the last may be smaller."""
    pending = bytearray()
    async for chunk in chunks:
        pending += chunk
        while len(pending) >= CHUNK_BYTES:
            yield bytes(pending[:CHUNK_BYTES])
            del pending[:CHUNK_BYTES]
    if pending:
        yield bytes(pending)
