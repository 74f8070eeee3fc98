"""The settings of a service: one frozen class, read from TT_* variables; everything wrong is named at once."""

import sys
from json import loads
from typing import Annotated, TypeVar

from pydantic import AfterValidator, AnyHttpUrl, BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.bus.access import KafkaAccess
from shared.http.issuers import TrustedIssuer
from shared.http.session.sealed import Seal
from shared.http.session.session import Sessions
from shared.logs import LogFormat
from shared.loopback import LOOPBACK_HOSTS

MISCONFIGURED = 2
PREFIX = "TT_"
FROM_ENVIRONMENT = SettingsConfigDict(
    env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
)


def _from_json(value: object) -> object:
    """Reads JSON; the settings library would report this fault and no other."""
    try:
        return loads(value) if isinstance(value, str) else value
    except ValueError:
        raise PydanticCustomError("not_json", "it must be JSON") from None


def needed_with(other: str) -> AfterValidator:
    """Refuses this field if it is empty while the other one, which is defined before it, is set or was set wrongly."""

    def check(value: object, info: ValidationInfo) -> object:
        if value is None and info.data.get(other, "wrong"):
            raise PydanticCustomError("missing", "needed with {other}", {"other": f"{PREFIX}{other.upper()}"})
        return value

    return AfterValidator(check)


def _over_https(issuers: tuple[TrustedIssuer, ...], info: ValidationInfo) -> tuple[TrustedIssuer, ...]:
    """Refuses issuers by plain http, but on this machine and on the hosts of `http_issuers`."""
    allowed = LOOPBACK_HOSTS | set(info.data.get("http_issuers", ()))
    for issuer in issuers:
        if issuer.url.scheme == "http" and (issuer.url.host or "").strip("[]") not in allowed:
            raise PydanticCustomError("http", "it must begin with https, or its host stand in TT_HTTP_ISSUERS")
    return issuers


def _each_once(issuers: tuple[TrustedIssuer, ...]) -> tuple[TrustedIssuer, ...]:
    if len({issuer.address for issuer in issuers}) != len(issuers):
        raise PydanticCustomError("repeated", "each issuer stands there once")
    return issuers


def _is_origin(url: AnyHttpUrl) -> AnyHttpUrl:
    """Refuses what is more than an origin, and one by plain http that is not on this machine."""
    if (url.path or "/") != "/" or url.query or url.fragment or url.username:
        raise PydanticCustomError("origin", "it must be a scheme and a host, as https://portal.example.ca")
    host = (url.host or "").strip("[]")
    if url.scheme == "http" and host not in LOOPBACK_HOSTS and not host.endswith(".localhost"):
        raise PydanticCustomError("http", "it must begin with https, for a session would be read on its way")
    return url


def _seals(keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    """Refuses keys that seal nothing."""
    try:
        Seal([key.get_secret_value() for key in keys])
    except ValueError:
        raise PydanticCustomError("session_key", "each key must be 32 bytes in base64url") from None
    return keys


FromJson = BeforeValidator(_from_json)
Brokers = Annotated[str, Field(pattern=r"^[^\s:,]+:\d+(,[^\s:,]+:\d+)*$")]
Port = Annotated[int, Field(ge=0, le=65_535)]
SessionKeys = Annotated[tuple[SecretStr, ...], Field(min_length=1), AfterValidator(_seals)]
MongoUrl = Annotated[str, Field(pattern=r"^mongodb(\+srv)?://")]


class ServiceSettings(BaseSettings):
    """What every service needs. Bytes for sizes; `issuers` are OIDC issuers whose tokens are accepted.

    `hosts` are the names under which it answers, beside those of this machine. `public_url` is the address of the
    portal, without which there are no pages; `session_keys` seal its sessions, the newest first, each 32 bytes in
    base64url.
    """

    model_config = FROM_ENVIRONMENT

    kafka_bootstrap: Brokers
    kafka_user: str | None = None
    kafka_password: Annotated[SecretStr | None, needed_with("kafka_user")] = None
    mongo_url: Annotated[MongoUrl, Field(repr=False)]
    database: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,38}$")]
    http_issuers: Annotated[tuple[str, ...], NoDecode, FromJson] = ()
    issuers: Annotated[
        tuple[TrustedIssuer, ...],
        NoDecode,
        FromJson,
        Field(min_length=1),
        AfterValidator(_over_https),
        AfterValidator(_each_once),
    ]
    audience: str = "trusted-trader"
    host: str = "127.0.0.1"
    port: Port = 8000
    hosts: Annotated[tuple[str, ...], NoDecode, FromJson] = ()
    metrics_host: str = "127.0.0.1"
    metrics_port: Port | None = None
    public_url: Annotated[AnyHttpUrl, AfterValidator(_is_origin)] | None = None
    session_keys: Annotated[SessionKeys | None, NoDecode, FromJson, needed_with("public_url")] = None
    max_connections: Annotated[int, Field(ge=10)] = 500
    max_requests: Annotated[int, Field(ge=2)] = 64
    patience_seconds: Annotated[float, Field(gt=0)] = 10.0
    log_format: LogFormat = "json"
    access_log: bool = False
    otlp_endpoint: AnyHttpUrl | None = None
    max_body_bytes: Annotated[int, Field(ge=1_000)] = 1_000_000
    max_file_bytes: Annotated[int, Field(ge=1_000)] = 25_000_000

    @property
    def sessions(self) -> Sessions | None:
        """The sessions of the portal, where there is one."""
        if self.public_url is None or self.session_keys is None:
            return None
        keys = [key.get_secret_value() for key in self.session_keys]
        return Sessions(Seal(keys), str(self.public_url).rstrip("/"))

    @property
    def kafka(self) -> KafkaAccess:
        password = self.kafka_password.get_secret_value() if self.kafka_password else None
        return KafkaAccess(self.kafka_bootstrap, self.kafka_user, password)


Settings = TypeVar("Settings", bound=ServiceSettings)
AnySettings = TypeVar("AnySettings", bound=BaseSettings)


def load(kind: type[AnySettings]) -> AnySettings:
    """The settings of this process; leaves with exit code 2 and every fault in one list."""
    try:
        return kind()
    except ValidationError as wrong:
        faults = [
            f"  {PREFIX}{'.'.join(map(str, error['loc'])).upper()}: {error['msg']}"
            for error in wrong.errors(include_input=False)
        ]
    print("These settings are missing or wrong:", *faults, "See docs/settings.md.", sep="\n", file=sys.stderr)  # noqa: T201 - before there is a log
    raise SystemExit(MISCONFIGURED)
