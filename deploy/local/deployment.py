"""Addresses and passwords of a deployment on this machine, kept in its data directory while it runs."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from secrets import token_urlsafe
from shlex import quote
from typing import Self

from pydantic import TypeAdapter

from deploy.errors import Failed
from deploy.kafka.access import mechanism_of, partners
from shared.bus.access import KafkaAccess
from shared.http.session.sealed import KEY_BYTES, Seal
from shared.model import Model

AUDIENCE = "trusted-trader"
OF_ITS_USER_ALONE = 0o700
NOTHING_FOR_OTHERS = 0o077
_PASSWORDS = TypeAdapter(dict[str, str])


@dataclass(frozen=True)
class Stores:
    """The bus, with the access of one service, and its database."""

    kafka: KafkaAccess
    mongo_url: str
    database: str


class Portal(Model):
    """The one address of all pages, and the key that seals the sessions of those who sign in there."""

    url: str
    session_key: str


class Deployment(Model):
    """Addresses, and the password of every user of Kafka and MongoDB.

    Services and the operator come to Kafka at `bootstrap`, partners at `partners`. `services` holds the base URL of
    each service, `databases` the URL at which it comes to its own, `mongo_url` the operator's to all of them.
    `portal` is None where no gateway stands before the services.
    """

    data: Path
    bootstrap: str
    partners: str
    mongo_url: str
    databases: dict[str, str]
    issuer: str
    services: dict[str, str]
    portal: Portal | None = None
    passwords: dict[str, str]

    def kafka(self, user: str) -> KafkaAccess:
        """The access of this user to Kafka."""
        bootstrap = self.partners if user in partners() else self.bootstrap
        return KafkaAccess(bootstrap, user, self.passwords[user], mechanism_of(user))

    def password(self, user: str) -> str:
        """The password of a user. Raises Failed."""
        if user not in self.passwords:
            raise Failed(f"there is no user {user}: there are {', '.join(self.passwords)}")
        return self.passwords[user]

    def mongo_url_of(self, user: str) -> str | None:
        """Where the operator or a service comes to MongoDB; None for a partner, who does not."""
        return {**self.databases, "operator": self.mongo_url}.get(user)

    def announce(self) -> None:
        """Writes the file by which other processes of this user find it."""
        write_secret(_card(self.data), self.model_dump_json(indent=2))

    def retire(self) -> None:
        _card(self.data).unlink(missing_ok=True)

    @classmethod
    def at(cls, data: Path) -> Self:
        """The deployment that runs on this data directory. Raises Failed."""
        try:
            found = cls.model_validate_json(_card(data).read_text("utf-8")) if _is_locked(data) else None
        except FileNotFoundError:
            found = None
        except ValueError:
            raise Failed(
                f"{_card(data)} is damaged: end what runs there, and start it again with `{up_on(data)}`"
            ) from None
        if found is None:
            raise Failed(
                f"nothing runs on {data}: start it with `{up_on(data)}`, or name services elsewhere (docs/settings.md)"
            )
        return found


def up_on(data: Path) -> str:
    """The command that starts a deployment on this directory, as a shell reads it."""
    return f"tt up --data {quote(str(data))}"


def database_of(service: str) -> str:
    """The database of a service."""
    return f"tt_{service}"


def without_login(url: str) -> str:
    """A URL as it may be shown: without user and password."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def exists(data: Path) -> bool:
    """Whether a deployment was ever started in this directory."""
    return _passwords(data).exists()


def passwords(data: Path, users: Iterable[str]) -> dict[str, str]:
    """The password of every user, made once for each deployment. Raises Failed."""
    kept = _passwords(data)
    try:
        known = _PASSWORDS.validate_json(kept.read_text("utf-8")) if kept.exists() else {}
    except ValueError:
        raise Failed(
            f"{kept} is damaged: bring it back from a backup, for without it nobody comes to what is stored in {data}"
        ) from None
    every = {user: known.get(user) or token_urlsafe(24) for user in sorted(users)}
    write_secret(kept, dumps(every, indent=2))
    return every


def session_key(data: Path) -> str:
    """The key that seals the sessions of a deployment, made once for each. Raises Failed."""
    kept = data / "session.key"
    if not kept.exists():
        write_secret(kept, token_urlsafe(KEY_BYTES))
    try:
        key = kept.read_text("utf-8")
        Seal([key])
    except ValueError:
        raise Failed(f"{kept} is damaged: remove it, and everybody signs in anew") from None
    return key


def write_secret(path: Path, text: str) -> None:
    """Writes a file that only this user may read, whole or not at all."""
    path.parent.mkdir(mode=OF_ITS_USER_ALONE, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600, exist_ok=False)
    part.write_text(text, "utf-8")
    part.replace(path)


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Locks the data directory against a second deployment, and closes it to all other users. Raises Failed.

    The system releases the lock even if we are killed. What is written meanwhile, by servers that are started too,
    nobody else may read.
    """
    data.mkdir(mode=OF_ITS_USER_ALONE, parents=True, exist_ok=True)
    data.chmod(OF_ITS_USER_ALONE)
    with _unreadable_for_others(), _lock(data).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed(
                f"a deployment runs on {data} already: stop it, or choose another directory with --data"
            ) from None
        yield


@contextmanager
def _unreadable_for_others() -> Iterator[None]:
    before = os.umask(NOTHING_FOR_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def _is_locked(data: Path) -> bool:
    """Whether a deployment has locked this data directory; one that was killed has not, whatever it has left there."""
    with suppress(FileNotFoundError), _lock(data).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _passwords(data: Path) -> Path:
    return data / "passwords.json"


def _card(data: Path) -> Path:
    return data / "deployment.json"


def _lock(data: Path) -> Path:
    return data / "lock"
