"""`tt backup`: writes the databases of a deployment into one file, as of one moment; of one machine's the secrets too.

The services work on. The bus is not in it: `tt restore` publishes again what the journals hold
(docs/decisions/0014-backup.md).
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, Self, cast
from zipfile import ZIP_DEFLATED, ZipFile

from bson.raw_bson import RawBSONDocument
from bson.son import SON
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError

from deploy.errors import Failed
from deploy.local.deployment import Deployment
from deploy.operations.stored import JOURNAL, databases
from deploy.version import version
from shared.clock import now
from shared.model import Json, Model, Moment

MANIFEST = "manifest.json"
SECRETS = ("passwords.json", "issuer/key.json", "issuer/port")
Client = MongoClient[RawBSONDocument]


class Part(Model):
    """One member of the file, and its digest."""

    name: str
    sha256: str


class Collection(Part):
    """One collection: how many documents, as BSON one after the other, and its indexes."""

    database: str
    collection: str
    documents: int
    indexes: tuple[Json, ...]


class Manifest(Model):
    """The contents of a backup: its version, the moment of its data, every collection, the deployment's secrets.

    `left_out` names the collections in its databases that no service of this version has.
    """

    format: Literal[1] = 1
    version: str
    at: Moment
    collections: tuple[Collection, ...]
    secrets: tuple[Part, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """What is backed up: the databases at a URL that may read them all, and the secrets in a data directory."""

    mongo_url: str
    data: Path | None = None

    @classmethod
    def on_this_machine(cls, data: Path) -> Self:
        """The deployment that runs on this data directory. Raises Failed."""
        return cls(Deployment.at(data).mongo_url, data)


def back_up(origin: Origin, file: Path) -> Manifest:
    """Writes a running deployment into a new file that only this user may read. Raises Failed."""
    if file.exists():
        raise Failed(f"{file} exists already: a backup never replaces another. Name a new file")
    part = file.with_name(f".{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        manifest = _written(origin, part)
        part.rename(file)
    except OSError as refused:
        raise Failed(f"{file} cannot be written: {refused.strerror}") from refused
    except PyMongoError as away:
        raise Failed(
            "MongoDB does not answer, or cannot show one moment for so long: see whether it runs, then repeat it"
        ) from away
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _written(origin: Origin, file: Path) -> Manifest:
    with (
        MongoClient(origin.mongo_url, document_class=RawBSONDocument) as client,
        client.start_session(snapshot=True) as moment,
        ZipFile(file, "w", ZIP_DEFLATED) as target,
    ):
        client[next(iter(databases()))][JOURNAL].find_one(session=moment)  # the first read sets the moment of all
        at = now()
        found, left_out = _namespaces(client)
        collections = tuple(_kept(client, moment, target, namespace) for namespace in found)
        secrets = tuple(_copied(target, name, origin.data / name) for name in SECRETS) if origin.data else ()
        manifest = Manifest(version=version(), at=at, collections=collections, secrets=secrets, left_out=left_out)
        target.writestr(MANIFEST, manifest.model_dump_json(indent=2))
    return manifest


def _namespaces(client: Client) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """The collections that services have, as database and name, and those in their databases that none has."""
    every = [(database, name) for database in databases() for name in sorted(client[database].list_collection_names())]
    known = [(database, name) for database, name in every if name in databases()[database]]
    return known, tuple(f"{database}/{name}" for database, name in every if name not in databases()[database])


def _kept(client: Client, moment: ClientSession, target: ZipFile, namespace: tuple[str, str]) -> Collection:
    database, name = namespace
    digest, documents, member = sha256(), 0, member_of(database, name)
    with target.open(member, "w", force_zip64=True) as kept:
        for document in client[database][name].find(session=moment):
            kept.write(document.raw)
            digest.update(document.raw)
            documents += 1
    found = (cast("SON[str, Any]", index) for index in client[database][name].list_indexes())
    indexes = tuple(index.to_dict() for index in found if index["name"] != "_id_")
    return Collection(
        name=member, sha256=digest.hexdigest(), database=database, collection=name, documents=documents, indexes=indexes
    )


def member_of(database: str, collection: str) -> str:
    """The name of the member that holds a collection."""
    return f"{database}/{collection}.bson"


def _copied(target: ZipFile, name: str, source: Path) -> Part:
    content = source.read_bytes()
    target.writestr(name, content)
    return Part(name=name, sha256=sha256(content).hexdigest())
