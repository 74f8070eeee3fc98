"""`tt backup`: writes databases and secrets of a deployment on this machine into one file, as of one moment.

The services work on. The bus is not in it: `tt restore` publishes again what the journals hold
(docs/decisions/0014-backup.md).
"""

from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, cast
from zipfile import ZIP_DEFLATED, ZipFile

from bson.raw_bson import RawBSONDocument
from bson.son import SON
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError

from deploy.errors import Failed
from deploy.local.deployment import Deployment, database_of
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
    """The contents of a backup: its version, the moment of its data, every collection, the deployment's secrets."""

    format: Literal[1] = 1
    version: str
    at: Moment
    collections: tuple[Collection, ...]
    secrets: tuple[Part, ...]


def back_up(data: Path, file: Path) -> Manifest:
    """Writes the running deployment of a data directory into a new file that only this user may read. Raises Failed."""
    if file.exists():
        raise Failed(f"{file} exists already: a backup never replaces another. Name a new file")
    deployment, part = Deployment.at(data), file.with_name(f".{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        manifest = _written(deployment, part)
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


def _written(deployment: Deployment, file: Path) -> Manifest:
    with (
        _client(deployment) as client,
        client.start_session(snapshot=True) as moment,
        ZipFile(file, "w", ZIP_DEFLATED) as target,
    ):
        databases = [database_of(service) for service in deployment.services]
        client[databases[0]]["journal"].find_one(session=moment)  # the first read sets the moment of all
        at = now()
        collections = tuple(_kept(client, moment, target, namespace) for namespace in _namespaces(client, databases))
        secrets = tuple(_copied(target, name, deployment.data / name) for name in SECRETS)
        manifest = Manifest(version=version("trusted-trader"), at=at, collections=collections, secrets=secrets)
        target.writestr(MANIFEST, manifest.model_dump_json(indent=2))
    return manifest


def _client(deployment: Deployment) -> Client:
    return MongoClient(deployment.mongo_url, document_class=RawBSONDocument)


def _namespaces(client: Client, databases: list[str]) -> Iterator[tuple[str, str]]:
    for database in databases:
        yield from ((database, name) for name in sorted(client[database].list_collection_names()))


def _kept(client: Client, moment: ClientSession, target: ZipFile, namespace: tuple[str, str]) -> Collection:
    database, name = namespace
    digest, documents, member = sha256(), 0, f"{database}/{name}.bson"
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


def _copied(target: ZipFile, name: str, source: Path) -> Part:
    content = source.read_bytes()
    target.writestr(name, content)
    return Part(name=name, sha256=sha256(content).hexdigest())
