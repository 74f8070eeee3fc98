"""`tt restore`: makes a deployment from a backup, and its bus from the journals (docs/decisions/0014-backup.md)."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.errors import Failed
from deploy.local.deployment import Stores, database_of, write_secret
from deploy.operations import partner_topics
from deploy.operations.backup import Manifest
from deploy.operations.contents import checked, documents, opened
from deploy.operations.replay import replayed
from deploy.operations.stored import OWNS, databases
from shared.bus.access import KafkaAccess
from shared.model import Json
from shared.store.client import connect
from shared.store.documents import Documents
from shared.store.journal import Journal

if TYPE_CHECKING:
    from deploy.local.servers import Given

MOST_BYTES = 16_000_000
PAGE = 500


async def restore_here(file: Path, data: Path, given: "Given") -> tuple[Manifest, int]:
    """Makes a deployment of this machine in an empty directory, whole or not at all.

    Returns the manifest, and how many messages were published again. Raises Failed.
    """
    from deploy.local.stores import stores_of  # noqa: PLC0415 - the operator's image has no servers to start

    if given.kafka or given.mongo:
        raise Failed(
            "TT_KAFKA or TT_MONGO names servers that hold something already: unset them, "
            "a backup is restored onto servers of its own"
        )
    if _holds_something(data):
        raise Failed(
            f"{data} is not empty: a backup is restored beside what is there, never over it. "
            "Name another directory with --data"
        )
    with opened(file) as backup:
        manifest = checked(file, backup)
        if not manifest.secrets:
            raise Failed(f"{file} is of a deployment elsewhere: restore it there (docs/architecture/deployment.md)")
        data.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=data.parent, prefix=f".{data.name}-") as scratch:
            home = Path(scratch) / "data"
            for secret in manifest.secrets:
                write_secret(home / secret.name, backup.read(secret.name).decode())
            async with stores_of(home, given) as at:
                published = await _restored(file, backup, manifest, at.mongo_url, at.stores)
            async with stores_of(home, given) as again:  # as the first start will find them
                await must_be_there(again.operator, again.stores["mra_exchange"])
            home.rename(data)
    return manifest, published


async def restore_elsewhere(file: Path, mongo_url: str, bus: KafkaAccess) -> tuple[Manifest, int]:
    """Fills the empty databases of a deployment elsewhere, whose services are stopped, and its new bus.

    Returns the manifest, and how many messages were published again. Raises Failed.
    """
    stores = {service: Stores(bus, mongo_url, database_of(service)) for service in OWNS}
    with opened(file) as backup:
        manifest = checked(file, backup)
        if there := await asyncio.to_thread(_collections_at, mongo_url):
            raise Failed(f"there are documents in {', '.join(there)}: a backup is restored into empty databases alone")
        if await asyncio.to_thread(partner_topics.on_topics, bus):
            raise Failed("the partners' topics hold records: a backup is restored onto a new bus alone")
        try:
            published = await _restored(file, backup, manifest, mongo_url, stores)
        except Failed:
            await asyncio.to_thread(_emptied, mongo_url)
            raise
    await must_be_there(bus, stores["mra_exchange"])
    return manifest, published


async def must_be_there(bus: KafkaAccess, publisher: Stores) -> None:
    """Raises Failed where a partner does not find a record that the journal has for it.

    Of a record that a message in the outbox will replace or end, nothing is on the topic yet.
    """
    published = partner_topics.journalled([message async for message in _messages(publisher)])
    owed = await asyncio.to_thread(_owed, publisher)
    found = await asyncio.to_thread(partner_topics.on_topics, bus)
    settled = {address: last for address, last in published.items() if address not in owed}
    if lacks := [*partner_topics.lacks(settled, found)]:
        raise Failed("\n".join(lacks))


async def _restored(
    file: Path, backup: ZipFile, manifest: Manifest, mongo_url: str, stores: Mapping[str, Stores]
) -> int:
    try:
        await asyncio.to_thread(_load, backup, manifest, mongo_url)
    except (PyMongoError, BSONError) as refused:
        raise Failed(f"{file} cannot be restored: the database refuses what is in it ({refused})") from refused
    await _raise_sequences(stores)
    return sum([await replayed(service, own) for service, own in stores.items()])


async def _messages(publisher: Stores) -> AsyncIterator[Json]:
    database = connect(publisher.mongo_url, publisher.database)
    try:
        after = ""
        while page := await Journal(database).messages(after, PAGE, MOST_BYTES):
            for entry in page:
                yield entry["message"]
            after = page[-1]["_id"]
    finally:
        database.client.close()


def _owed(publisher: Stores) -> set[partner_topics.Address]:
    """Topic and key of every message in the outboxes of a publisher."""
    with MongoClient[Any](publisher.mongo_url) as client:
        waiting = client[publisher.database]["disclosures"].find({"outbox.sequence": {"$gt": 0}}, {"outbox.message": 1})
        entries = [entry for document in waiting for entry in document["outbox"] if entry["message"]]
    return {(entry["message"]["topic"], entry["message"]["key"]) for entry in entries}


def _holds_something(data: Path) -> bool:
    return data.exists() and (not data.is_dir() or any(data.iterdir()))


def _load(backup: ZipFile, manifest: Manifest, mongo_url: str) -> None:
    with MongoClient[Any](mongo_url, w="majority", journal=True) as client:
        for kept in manifest.collections:
            target = client[kept.database][kept.collection]
            with backup.open(kept.name) as member:
                for piece in _pieces(documents(member)):
                    target.insert_many(piece, ordered=False)
            if kept.indexes:
                client[kept.database].command("createIndexes", kept.collection, indexes=list(kept.indexes))


def _pieces(every: Iterator[bytes]) -> Iterator[list[RawBSONDocument]]:
    piece: list[RawBSONDocument] = []
    size = 0
    for document in every:
        piece.append(RawBSONDocument(document))
        size += len(document)
        if size > MOST_BYTES:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def _collections_at(mongo_url: str) -> list[str]:
    """The collections of services in which there is a document."""
    with MongoClient[Any](mongo_url) as client:
        return [
            f"{database}/{name}"
            for database in databases()
            for name in client[database].list_collection_names()
            if client[database][name].find_one()
        ]


def _emptied(mongo_url: str) -> None:
    with MongoClient[Any](mongo_url) as client:
        for database in databases():
            client.drop_database(database)


async def _raise_sequences(stores: Mapping[str, Stores]) -> None:
    """Subscribers have consumed messages since the backup: their sequences are not used again."""
    for service, own in stores.items():
        database = connect(own.mongo_url, own.database)
        for collection in OWNS[service]:
            await Documents(database, collection).raise_sequences()
        database.client.close()
