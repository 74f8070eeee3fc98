"""MongoDB on this machine: it comes back with its data, and everybody there comes as a user of its own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.errors import Failed
from deploy.kafka.access import OPERATOR, services
from deploy.local import mongo
from deploy.local.deployment import database_of
from deploy.local.mongo import COMPRESSORS, OLDEST, REPLICA_SET, Mongo, give_users, mongod, url
from deploy.local.processes import LOOPBACK
from deploy.operations.stored import collections_of
from tests.support.servers.backing import SECRET, password_of

Client = MongoClient[dict[str, Any]]
# A mongod as releases until 0.3.0 started it, without users, and one thing stored in it.
AS_BEFORE = f"""
import asyncio, sys
from pathlib import Path
from pymongo import MongoClient
from deploy.local.processes import LOOPBACK, Process, free_port, until
from deploy.local.mongo import mongod
home, port = Path(sys.argv[1]), free_port()
(home / "data").mkdir(parents=True)
command = [mongod(), "--dbpath", str(home / "data"), "--bind_ip", LOOPBACK, "--port", str(port), "--nounixsocket"]
server = Process([*command, "--replSet", "{REPLICA_SET}", "--oplogSize", "128"], home / "mongod.log")
alone = {{"_id": "{REPLICA_SET}", "members": [{{"_id": 0, "host": f"{{LOOPBACK}}:{{port}}"}}]}}
server.start()
with MongoClient(LOOPBACK, port, directConnection=True) as client:
    client.admin.command("replSetInitiate", alone)
    asyncio.run(until(lambda: client.admin.command("hello")["isWritablePrimary"], 60))
    client.kept.things.insert_one({{"_id": 1}})
asyncio.run(server.stop())
"""


def stored(url: str) -> list[dict[str, Any]]:
    with Client(url, w="majority", journal=True, serverSelectionTimeoutMS=10_000) as client:
        return list(client.kept.things.find())


@pytest.fixture(scope="module")
async def guarded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mongo]:
    """A server that has the users of every service."""
    async with Mongo(tmp_path_factory.mktemp("mongo"), SECRET) as own:
        give_users(own.url, {service: password_of(service) for service in services()})
        yield own


def come(guarded: Mongo, service: str) -> Client:
    """A client that comes as a service."""
    return Client(url(guarded.port, service, password_of(service)))


async def test_data_come_back_after_a_kill_and_on_another_port(tmp_path: Path) -> None:
    async with Mongo(tmp_path, SECRET) as first:
        with Client(first.url, w="majority", journal=True) as client:
            client.kept.things.insert_one({"_id": 1})
        await first.kill()
        await first.start()
        assert stored(first.url) == [{"_id": 1}]

    async with Mongo(tmp_path, SECRET) as second:
        assert second.url != first.url
        assert stored(second.url) == [{"_id": 1}]


async def test_data_of_before_that_know_no_user_gain_them(tmp_path: Path) -> None:
    before = await asyncio.create_subprocess_exec(sys.executable, "-c", AS_BEFORE, str(tmp_path))
    assert await before.wait() == 0

    async with Mongo(tmp_path, SECRET) as own:
        give_users(own.url, {"risk": "old"})
        give_users(own.url, {"risk": password_of("risk")})

        assert stored(own.url) == [{"_id": 1}]
        with Client(LOOPBACK, own.port, directConnection=True) as anybody, pytest.raises(OperationFailure):
            anybody.kept.things.find_one()
        with come(own, "risk") as risk:
            risk[database_of("risk")].things.insert_one({})


async def test_an_operator_with_another_password_is_reported_in_a_sentence(tmp_path: Path) -> None:
    async with Mongo(tmp_path, SECRET):
        pass

    with pytest.raises(Failed, match=r"another password than passwords\.json has"):
        await Mongo(tmp_path, "forgotten").start()


@pytest.mark.parametrize("service", sorted(services()))
def test_a_service_reads_and_writes_its_own_database_and_nothing_else(guarded: Mongo, service: str) -> None:
    tried = 0
    with come(guarded, service) as client:
        for owner in services():
            for collection in collections_of(owner):
                target = client[database_of(owner)][collection]
                if owner == service:
                    target.insert_one({})
                    assert target.find_one()
                    continue
                with pytest.raises(OperationFailure, match="not authorized"):
                    target.find_one()
                with pytest.raises(OperationFailure, match="not authorized"):
                    target.insert_one({})
                tried += 1
    assert tried == sum(len(collections_of(owner)) for owner in services() - {service})


@pytest.mark.parametrize(
    "command",
    [{"usersInfo": 1}, {"createUser": "me", "pwd": "x", "roles": ["root"]}, {"shutdown": 1}, {"replSetGetConfig": 1}],
)
def test_a_service_does_nothing_of_an_operator(guarded: Mongo, command: dict[str, Any]) -> None:
    with come(guarded, "intake") as client, pytest.raises(OperationFailure, match="not authorized"):
        client.admin.command(command)


def test_who_names_no_user_reads_and_writes_nothing(guarded: Mongo) -> None:
    with Client(LOOPBACK, guarded.port, directConnection=True) as anybody:
        for service in services():
            with pytest.raises(OperationFailure, match="requires authentication"):
                anybody[database_of(service)].journal.find_one()


def test_nothing_is_compressed_with_zlib(guarded: Mongo) -> None:
    with Client(guarded.url) as client:
        running = client.admin.command("getCmdLineOpts")["parsed"]["net"]["compression"]["compressors"]
        offered = client.admin.command({"hello": 1, "compression": ["zlib", "snappy", "zstd"]})["compression"]
    assert running == COMPRESSORS
    assert sorted(offered) == sorted(COMPRESSORS.split(","))


def test_what_opens_it_is_for_its_user_alone(guarded: Mongo) -> None:
    home = Path(guarded.process.log).parent
    assert (home / "key").stat().st_mode & 0o777 == 0o600
    assert SECRET not in Path(f"/proc/{guarded.process.pid}/cmdline").read_text("utf-8")
    assert f"//{OPERATOR}:" in guarded.url


def a_mongod(path: Path, version: str) -> str:
    path.mkdir()
    program = path / "mongod"
    program.write_text(f"#!/bin/sh\necho db version v{version}\n")
    program.chmod(0o755)
    return str(program)


def test_a_mongod_on_path_is_preferred_if_it_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = a_mongod(tmp_path / "new", "7.0.1"), a_mongod(tmp_path / "old", f"{OLDEST - 1}.4.0")
    monkeypatch.setenv("PATH", str(tmp_path / "new"))
    assert mongod() == new
    monkeypatch.setenv("PATH", str(tmp_path / "old"))
    assert mongod() not in {new, old}


def test_without_any_mongod_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(mongo, "find_spec", lambda _: None)
    with pytest.raises(Failed, match="TT_MONGO"):
        mongod()
