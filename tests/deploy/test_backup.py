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
from deploy.local.deployment import Deployment, alone, database_of, write_secret
from deploy.local.servers import Given
from deploy.operations.backup import MANIFEST, SECRETS, Manifest, Origin, back_up
from deploy.operations.restore import restore_here
from deploy.operations.stored import databases
from tests.support.servers.backing import ALONE

AT_WORK = ("intake", "review")
Client = MongoClient[dict[str, Any]]
Content = dict[str, bytes]


@pytest.fixture
def client(mongo_url: str) -> Iterator[Client]:
    with Client(mongo_url) as made:
        yield made
        for database in databases():
            made.drop_database(database)


@pytest.fixture
def data(tmp_path: Path, mongo_url: str, client: Client) -> Iterator[Path]:
    """The directory of a deployment at work, of whose services each has one counter."""
    home = tmp_path / "data"
    with alone(home):
        for secret in SECRETS:
            write_secret(home / secret, f"what {secret} holds")
        Deployment(
            data=home,
            bootstrap="",
            partners="",
            mongo_url=mongo_url,
            databases={},
            issuer="",
            services={},
            passwords={},
        ).announce()
        for database in databases():
            client[database]["journal"].insert_one({"_id": "counter", "n": 0})
        yield home


@pytest.fixture
def origin(data: Path) -> Origin:
    return Origin.on_this_machine(data)


@pytest.fixture
def file(origin: Origin, tmp_path: Path) -> Path:
    back_up(origin, tmp_path / "backup")
    return tmp_path / "backup"


def kept(file: Path, service: str) -> dict[str, Any]:
    with ZipFile(file) as backup:
        (counter,) = decode_all(backup.read(f"{database_of(service)}/journal.bson"))
    return dict(counter)


def test_a_backup_lists_what_is_in_it_and_what_is_not(origin: Origin, tmp_path: Path, client: Client) -> None:
    client["tt_review"]["cases"].create_index("due", partialFilterExpression={"due": {"$type": "date"}})
    client["tt_risk"]["by_hand"].insert_one({})

    manifest = back_up(origin, tmp_path / "backup")

    assert [(collection.name, collection.documents) for collection in manifest.collections] == [
        ("tt_intake/journal.bson", 1),
        ("tt_review/cases.bson", 0),
        ("tt_review/journal.bson", 1),
        ("tt_risk/journal.bson", 1),
        ("tt_site_validation/journal.bson", 1),
        ("tt_mra_exchange/journal.bson", 1),
    ]
    assert manifest.left_out == ("tt_risk/by_hand",)
    assert manifest.collections[1].indexes == (
        {"v": 2, "key": {"due": 1}, "name": "due_1", "partialFilterExpression": {"due": {"$type": "date"}}},
    )
    with ZipFile(tmp_path / "backup") as backup:
        assert Manifest.model_validate_json(backup.read(MANIFEST)) == manifest
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600


def test_a_backup_of_services_at_work_is_one_moment(origin: Origin, tmp_path: Path, client: Client) -> None:
    """Review never knows more than intake had published, although it is read later and both go on."""
    over = Event()

    def work() -> None:
        while not over.is_set():
            for service in AT_WORK:
                client[database_of(service)]["journal"].update_one({"_id": "counter"}, {"$inc": {"n": 1}})

    worker = Thread(target=work)
    worker.start()
    try:
        for number in range(20):
            back_up(origin, tmp_path / str(number))
    finally:
        over.set()
        worker.join()

    pairs = [tuple(kept(tmp_path / str(number), service)["n"] for service in AT_WORK) for number in range(20)]
    assert all(published - consumed in {0, 1} for published, consumed in pairs)
    assert pairs[-1][1] > pairs[0][1]


def test_a_backup_never_replaces_another(origin: Origin, file: Path) -> None:
    before = file.read_bytes()

    with pytest.raises(Failed, match="exists already"):
        back_up(origin, file)

    assert file.read_bytes() == before


def test_a_backup_that_fails_leaves_nothing(origin: Origin, data: Path, tmp_path: Path) -> None:
    (data / SECRETS[0]).unlink()

    with pytest.raises(Failed, match="cannot be written"):
        back_up(origin, tmp_path / "backup")

    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def again(file: Path, change: Callable[[Content], Content]) -> Path:
    """The same backup with other members."""
    changed = file.with_name("changed")
    with ZipFile(file) as backup, ZipFile(changed, "w") as target:
        for name, content in change({name: backup.read(name) for name in backup.namelist()}).items():
            target.writestr(name, content)
    return changed


def without_a_document(members: Content) -> Content:
    return members | {"tt_review/journal.bson": b""}


def of_a_later_form(members: Content) -> Content:
    return members | {MANIFEST: members[MANIFEST].replace(b'"format": 1', b'"format": 2')}


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
        asyncio.run(restore_here(harmed(file), tmp_path / "new", ALONE))

    assert not (tmp_path / "new").exists()


def test_a_backup_is_never_restored_over_something(file: Path, data: Path) -> None:
    with pytest.raises(Failed, match="is not empty"):
        asyncio.run(restore_here(file, data, ALONE))


def test_nor_onto_servers_that_others_use(file: Path, tmp_path: Path, mongo_url: str) -> None:
    with pytest.raises(Failed, match="unset them"):
        asyncio.run(restore_here(file, tmp_path / "new", Given(kafka=None, mongo=mongo_url)))
