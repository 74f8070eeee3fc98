"""Addresses and passwords of a deployment on this machine, kept in its data directory while it runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from json import dumps, loads
from pathlib import Path
from secrets import token_urlsafe
from typing import Self

from deploy.errors import Failed
from deploy.kafka.access import mechanism_of, partners
from shared.bus.access import KafkaAccess
from shared.model import Model

AUDIENCE = "trusted-trader"


@dataclass(frozen=True)
class Stores:
    """The bus, with the access of one service, and its database."""

    kafka: KafkaAccess
    mongo_url: str
    database: str


class Deployment(Model):
    """Addresses, and the password of every Kafka user. `services` holds the base URL of each service.

    Services and the operator come to Kafka at `bootstrap`, partners at `partners`.
    """

    data: Path
    bootstrap: str
    partners: str
    mongo_url: str
    issuer: str
    services: dict[str, str]
    passwords: dict[str, str]

    def kafka(self, user: str) -> KafkaAccess:
        """The access of this user to Kafka."""
        bootstrap = self.partners if user in partners() else self.bootstrap
        return KafkaAccess(bootstrap, user, self.passwords[user], mechanism_of(user))

    def password(self, user: str) -> str:
        """The password of a Kafka user. Raises Failed."""
        if user not in self.passwords:
            raise Failed(f"there is no Kafka user {user}: there are {', '.join(self.passwords)}")
        return self.passwords[user]

    def announce(self) -> None:
        """Writes the file by which other processes of this user find it."""
        write_secret(_card(self.data), self.model_dump_json(indent=2))

    def retire(self) -> None:
        _card(self.data).unlink(missing_ok=True)

    @classmethod
    def at(cls, data: Path) -> Self:
        """The deployment that runs on this data directory. Raises Failed."""
        try:
            return cls.model_validate_json(_card(data).read_text("utf-8"))
        except FileNotFoundError:
            raise Failed(
                f"nothing runs on {data}: start it with `tt up --data {data}`, "
                "or name services elsewhere (docs/settings.md)"
            ) from None
        except ValueError:
            raise Failed(
                f"{_card(data)} is damaged: end what runs there, and start it again with `tt up --data {data}`"
            ) from None


def database_of(service: str) -> str:
    """The database of a service."""
    return f"tt_{service}"


def exists(data: Path) -> bool:
    """Whether a deployment was ever started in this directory."""
    return _passwords(data).exists()


def passwords(data: Path, users: Iterable[str]) -> dict[str, str]:
    """The password of every user, made once for each deployment."""
    kept = _passwords(data)
    known: dict[str, str] = loads(kept.read_text("utf-8")) if kept.exists() else {}
    every = {user: known.get(user) or token_urlsafe(24) for user in sorted(users)}
    write_secret(kept, dumps(every, indent=2))
    return every


def write_secret(path: Path, text: str) -> None:
    """Writes a file that only this user may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(text, "utf-8")
    part.replace(path)


def _passwords(data: Path) -> Path:
    return data / "passwords.json"


def _card(data: Path) -> Path:
    return data / "deployment.json"
