"""Of a backup that somebody has altered nothing is taken: a table of ways to alter one, and none writes anything."""

import asyncio
import re
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from json import dumps, loads
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from bson import encode

from deploy.errors import Failed
from deploy.operations.backup import MANIFEST, SECRETS, Collection, Manifest, Part, member_of
from deploy.operations.contents import EXPIRING, INDEX_OPTIONS, MOST_DOCUMENT_BYTES, checked, documents, opened
from deploy.operations.restore import restore_here
from deploy.operations.stored import ATTEMPTS, JOURNAL, OF_EVERY_SERVICE, OF_UPLOADS, OWNS, databases
from shared.clock import now
from tests.support.built import app_of, operations_of
from tests.support.servers.backing import ALONE
from tests.support.source import modules

Members = dict[str, bytes]
Change = Callable[[Members], Members]
INTAKE = member_of("tt_intake", JOURNAL)
DOCUMENT = encode({"_id": "counter"})


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def sound() -> Members:
    """The members of a backup of five services, each with one journalled thing."""
    collections = {
        member_of(database, JOURNAL): Collection(
            name=member_of(database, JOURNAL),
            sha256=digest(DOCUMENT),
            database=database,
            collection=JOURNAL,
            documents=1,
            indexes=(),
        )
        for database in databases()
    }
    secrets = tuple(Part(name=name, sha256=digest(name.encode())) for name in SECRETS)
    manifest = Manifest(version="0.3.0", at=now(), collections=tuple(collections.values()), secrets=secrets)
    return {
        **dict.fromkeys(collections, DOCUMENT),
        **{name: name.encode() for name in SECRETS},
        MANIFEST: manifest.model_dump_json().encode(),
    }


def written(members: Members, file: Path) -> Path:
    with ZipFile(file, "w") as target:
        for name, content in members.items():
            target.writestr(name, content)
    return file


def listing(members: Members, change: Callable[[dict[str, Any]], object]) -> Members:
    """The same members, listed otherwise."""
    listed = loads(members[MANIFEST])
    change(listed)
    return members | {MANIFEST: dumps(listed).encode()}


def listed(manifest: dict[str, Any], name: str) -> Any:
    return next(kept for kept in manifest["collections"] if kept["name"] == name)


def under(old: str, new: str) -> Change:
    """A member under another name, which is listed too."""

    def change(members: Members) -> Members:
        renamed = {new if name == old else name: content for name, content in members.items()}
        return renamed | {MANIFEST: members[MANIFEST].replace(dumps(old).encode(), dumps(new).encode())}

    return change


def with_more(database: str, collection: str, name: str) -> Change:
    """One collection more, with a right digest."""

    def change(members: Members) -> Members:
        more = {**loads(members[MANIFEST])["collections"][0], "database": database, "collection": collection}
        return {name: DOCUMENT} | listing(
            members, lambda manifest: manifest["collections"].append(more | {"name": name})
        )

    return change


def with_content(content: bytes) -> Change:
    """Intake's journal is this, with a right digest."""

    def change(members: Members) -> Members:
        altered = members | {INTAKE: content}
        return listing(altered, lambda manifest: listed(manifest, INTAKE).update(sha256=digest(content)))

    return change


def with_secret(content: bytes) -> Change:
    """The first secret is this, with a right digest."""

    def change(members: Members) -> Members:
        altered = members | {SECRETS[0]: content}
        return listing(altered, lambda manifest: manifest["secrets"][0].update(sha256=digest(content)))

    return change


def indexed(**options: Any) -> Change:
    index = {"v": 2, "key": {"at": 1}, "name": "at_1", **options}
    return partial(listing, change=lambda manifest: manifest["collections"][0]["indexes"].append(index))


def without(name: str) -> Change:
    """A collection is neither there nor listed."""

    def change(members: Members) -> Members:
        left = {member: content for member, content in members.items() if member != name}
        return listing(left, lambda manifest: manifest["collections"].remove(listed(manifest, name)))

    return change


OUTSIDE = ("/var/outside", "../outside", "issuer/../../outside", "issuer\\..\\outside", "PASSWORDS.JSON", "x" * 300)
FOREIGN: dict[str, Change] = {
    **{f"{name} as {path!r}": under(name, path) for name in (*SECRETS, INTAKE) for path in OUTSIDE},
    **{f"no {name}": without(name) for name in (member_of(database, JOURNAL) for database in databases())},
    "users of the database": with_more("admin", "system.users", "admin/system.users.bson"),
    "a collection of another service": with_more("tt_intake", "cases", "tt_intake/cases.bson"),
    "a database of nobody": with_more("tt_nobody", JOURNAL, "tt_nobody/journal.bson"),
    "no name at all": with_more("", "", "/.bson"),
    "a collection twice": with_more("tt_intake", JOURNAL, INTAKE),
    "a collection under two names": with_more("tt_intake", JOURNAL, "tt_intake/again.bson"),
    "an index that removes": indexed(expireAfterSeconds=0),
    "an index of an unknown kind": indexed(wildcardProjection={}),
    "a member that is not listed": lambda members: members | {"more": b""},
    "a member that is missing": lambda members: {name: members[name] for name in members if name != SECRETS[0]},
    "some of the secrets": partial(listing, change=lambda manifest: manifest["secrets"].pop()),
}
DAMAGED: dict[str, Change] = {
    "no document": with_content(b"{}"),
    "a document without end": with_content(b"\xff\xff\xff\x7f" + b"\0" * 100),
    "a document that ends otherwise": with_content(b"\x05\0\0\0\1"),
    "one document more": with_content(DOCUMENT * 2),
    "one document less": with_content(b""),
    "another secret": lambda members: members | {SECRETS[0]: b"{}"},
    "a secret that is no text": with_secret(b"\xff"),
    "a secret without a word": with_secret(b""),
}


@pytest.mark.parametrize("way", FOREIGN)
def test_what_tt_backup_does_not_write_is_refused_and_nothing_is_made(way: str, tmp_path: Path) -> None:
    file = written(FOREIGN[way](sound()), tmp_path / "altered")

    with pytest.raises(Failed, match="is not as `tt backup` writes it, and nothing of it was taken"):
        asyncio.run(restore_here(file, tmp_path / "home" / "data", ALONE))

    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize("way", DAMAGED)
def test_what_is_damaged_is_refused_and_nothing_is_made(way: str, tmp_path: Path) -> None:
    file = written(DAMAGED[way](sound()), tmp_path / "altered")

    with pytest.raises(Failed, match="is damaged: "):
        asyncio.run(restore_here(file, tmp_path / "home" / "data", ALONE))

    assert [*tmp_path.iterdir()] == [file]


def test_the_table_has_every_name_and_every_database() -> None:
    assert (len(FOREIGN), len(DAMAGED)) == ((len(SECRETS) + 1) * len(OUTSIDE) + len(databases()) + 11, 8)


def test_a_backup_as_it_is_written_is_taken(tmp_path: Path) -> None:
    file = written(sound(), tmp_path / "sound")
    with opened(file) as backup:
        assert {kept.database for kept in checked(file, backup).collections} == set(databases())


def test_a_backup_of_a_deployment_elsewhere_makes_none_of_this_machine(tmp_path: Path) -> None:
    members = {name: content for name, content in sound().items() if name not in SECRETS}
    file = written(listing(members, lambda manifest: manifest.update(secrets=[])), tmp_path / "elsewhere")

    with pytest.raises(Failed, match="is of a deployment elsewhere"):
        asyncio.run(restore_here(file, tmp_path / "home" / "data", ALONE))


def test_the_largest_document_of_a_database_is_read(tmp_path: Path) -> None:
    largest = encode({"_id": 1, "text": ""})
    largest = encode({"_id": 1, "text": "x" * (MOST_DOCUMENT_BYTES - len(largest))})
    (tmp_path / "documents").write_bytes(largest)
    with (tmp_path / "documents").open("rb") as member:
        assert [*documents(member)] == [largest]


def test_what_a_backup_takes_is_all_that_the_code_stores() -> None:
    """Whatever the sources call a collection is known, and nothing else is."""
    sources = [module.path.read_text("utf-8") for folder in ("shared", "services") for module in modules(folder)]
    named = {name for source in sources for name in re.findall(r'database\["([\w.]+)"\]', source)}
    buckets = {name for source in sources for name in re.findall(r'bucket_name="(\w+)"', source)}
    assert named == {*OF_EVERY_SERVICE, *OF_UPLOADS, ATTEMPTS}
    assert {f"{bucket}.{part}" for bucket in buckets for part in ("files", "chunks")} == set(OF_UPLOADS)
    assert {service: {*operations_of(app_of(service)).aggregates} for service in OWNS} == {
        service: {*owned} for service, owned in OWNS.items()
    }


def test_every_option_of_an_index_of_ours_is_restored() -> None:
    sources = "".join(module.path.read_text("utf-8") for module in modules("shared"))
    calls = re.findall(r"create_index\((.*?)\)\n", sources, re.DOTALL)
    used = {option for call in calls for option in re.findall(r"\b(\w+)=", call)}
    assert used
    assert used <= INDEX_OPTIONS | EXPIRING
