"""A backup is one moment of all services; what is damaged, foreign or in the way is refused before any write."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any
from zipfile import ZipFile

import pytest
from bson import decode_all
from pymongo import MongoClient

from deploy.errors import Failed
from deploy.local.deployment import Deployment, database_of, write_secret
from deploy.local.servers import Given
from deploy.operations.backup import MANIFEST, SECRETS, Manifest, back_up
from deploy.operations.restore import restore
from tests.support.servers.backing import ALONE

SERVICES = ("intake", "review")
Client = MongoClient[dict[str, Any]]


@pytest.fixture
def client(mongo_url: str) -> Iterator[Client]:
    with Client(mongo_url) as made:
        yield made
        for service in SERVICES:
            made.drop_database(database_of(service))


@pytest.fixture
def data(tmp_path: Path, mongo_url: str, client: Client) -> Path:
    """The directory of a deployment of two services, each with one counter."""
    home = tmp_path / "data"
    for secret in SECRETS:
        write_secret(home / secret, f"what {secret} holds")
    services = dict.fromkeys(SERVICES, "http://127.0.0.1:9")
    Deployment(
        data=home, bootstrap="", partners="", mongo_url=mongo_url, issuer="", services=services, passwords={}
    ).announce()
    for service in SERVICES:
        client[database_of(service)]["journal"].insert_one({"_id": "counter", "n": 0})
    return home


@pytest.fixture
def file(data: Path, tmp_path: Path) -> Path:
    back_up(data, tmp_path / "backup")
    return tmp_path / "backup"


def kept(file: Path, service: str) -> dict[str, Any]:
    with ZipFile(file) as backup:
        (counter,) = decode_all(backup.read(f"{database_of(service)}/journal.bson"))
    return dict(counter)


def test_a_backup_lists_what_is_in_it(data: Path, tmp_path: Path, client: Client) -> None:
    client["tt_review"]["cases"].create_index("due", partialFilterExpression={"due": {"$type": "date"}})

    manifest = back_up(data, tmp_path / "backup")

    assert [(collection.name, collection.documents) for collection in manifest.collections] == [
        ("tt_intake/journal.bson", 1),
        ("tt_review/cases.bson", 0),
        ("tt_review/journal.bson", 1),
    ]
    assert manifest.collections[1].indexes == (
        {"v": 2, "key": {"due": 1}, "name": "due_1", "partialFilterExpression": {"due": {"$type": "date"}}},
    )
    with ZipFile(tmp_path / "backup") as backup:
        assert Manifest.model_validate_json(backup.read(MANIFEST)) == manifest
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600


def test_a_backup_of_services_at_work_is_one_moment(data: Path, tmp_path: Path, client: Client) -> None:
    """Review never knows more than intake had published, although it is read later and both go on."""
    over = Event()

    def work() -> None:
        while not over.is_set():
            for service in SERVICES:
                client[database_of(service)]["journal"].update_one({"_id": "counter"}, {"$inc": {"n": 1}})

    worker = Thread(target=work)
    worker.start()
    try:
        for number in range(20):
            back_up(data, tmp_path / str(number))
    finally:
        over.set()
        worker.join()

    pairs = [tuple(kept(tmp_path / str(number), service)["n"] for service in SERVICES) for number in range(20)]
    assert all(published - consumed in {0, 1} for published, consumed in pairs)
    assert pairs[-1][1] > pairs[0][1]


def test_a_backup_never_replaces_another(data: Path, file: Path) -> None:
    before = file.read_bytes()

    with pytest.raises(Failed, match="exists already"):
        back_up(data, file)

    assert file.read_bytes() == before


def test_a_backup_that_fails_leaves_nothing(data: Path, tmp_path: Path) -> None:
    (data / SECRETS[0]).unlink()

    with pytest.raises(Failed, match="cannot be written"):
        back_up(data, tmp_path / "backup")

    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def again(file: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The same backup with other bytes in it."""
    changed = file.with_name("changed")
    with ZipFile(file) as backup, ZipFile(changed, "w") as target:
        for name in backup.namelist():
            target.writestr(name, change(name, backup.read(name)))
    return changed


def without_a_document(name: str, content: bytes) -> bytes:
    return b"" if name == "tt_review/journal.bson" else content


def of_a_later_form(name: str, content: bytes) -> bytes:
    return content.replace(b'"format": 1', b'"format": 2') if name == MANIFEST else content


def cut_off(file: Path) -> Path:
    shorter = file.with_name("shorter")
    shorter.write_bytes(file.read_bytes()[:-100])
    return shorter


def bent(file: Path) -> Path:
    bent = file.with_name("bent")
    content = bytearray(file.read_bytes())
    content[80] ^= 1
    bent.write_bytes(content)
    return bent


@pytest.mark.parametrize(
    ("harmed", "sentence"),
    [
        (lambda file: again(file, without_a_document), "is damaged: tt_review/journal.bson"),
        (bent, "is damaged: tt_intake/journal.bson"),
        (lambda file: again(file, of_a_later_form), "no backup that this version can read"),
        (cut_off, "is no backup, or not all of it"),
        (lambda file: file.with_name("nowhere"), "there is no "),
    ],
)
def test_what_is_damaged_or_foreign_is_refused_and_nothing_is_made(
    file: Path, tmp_path: Path, harmed: Callable[[Path], Path], sentence: str
) -> None:
    with pytest.raises(Failed, match=sentence):
        asyncio.run(restore(harmed(file), tmp_path / "new", ALONE))

    assert not (tmp_path / "new").exists()


def test_a_backup_is_never_restored_over_something(file: Path, data: Path) -> None:
    with pytest.raises(Failed, match="is not empty"):
        asyncio.run(restore(file, data, ALONE))


def test_nor_onto_servers_that_others_use(file: Path, tmp_path: Path, mongo_url: str) -> None:
    with pytest.raises(Failed, match="unset them"):
        asyncio.run(restore(file, tmp_path / "new", Given(kafka=None, mongo=mongo_url)))
