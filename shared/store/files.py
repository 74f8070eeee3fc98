"""Uploaded files in GridFS, streamed, with their SHA-256."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from uuid import UUID, uuid4

from gridfs.errors import NoFile
from motor.motor_asyncio import AsyncIOMotorGridFSBucket

from shared.errors import Refused
from shared.store.client import Database, reaching

_FIRST_BYTES = 65_536


@dataclass(frozen=True)
class Saved:
    """What was stored under which id: size in bytes, SHA-256 in hex, and the first 64 KiB, which show its type."""

    file_id: UUID
    size: int
    sha256: str
    first_bytes: bytes


class Files:
    """Files under new ids, one for each upload. A failed upload removes what it has stored, and nothing else."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @cached_property
    def _bucket(self) -> AsyncIOMotorGridFSBucket:
        """Made on first use, because it binds the database to the running event loop."""
        return AsyncIOMotorGridFSBucket(self._database, bucket_name="files")

    async def save(self, chunks: AsyncIterator[bytes], limit: int) -> Saved:
        """Stores a new file chunk by chunk. Raises Refused("too_large") past `limit` bytes, leaving nothing behind."""
        file_id, size, digest, first_bytes = uuid4(), 0, sha256(), b""
        with reaching():
            target = self._bucket.open_upload_stream_with_id(str(file_id), str(file_id))
            try:
                async for chunk in _bounded(chunks, limit):
                    size += len(chunk)
                    digest.update(chunk)
                    first_bytes += chunk[: _FIRST_BYTES - len(first_bytes)]
                    await target.write(chunk)
                await target.close()
            except BaseException:
                await target.abort()
                raise
        return Saved(file_id, size, digest.hexdigest(), first_bytes)

    async def read(self, file_id: UUID, start: int = 0) -> AsyncIterator[bytes]:
        """The bytes of a file from `start` on, in chunks. Raises Refused("not_found")."""
        with reaching():
            try:
                stream = await self._bucket.open_download_stream(str(file_id))
            except NoFile as absent:
                raise Refused("not_found") from absent
            stream.seek(start)
            while chunk := await stream.readchunk():
                yield chunk

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
