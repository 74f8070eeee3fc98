"""What a service must be told: one frozen class, read from TT_* variables; everything wrong is named at once."""

import sys
from json import loads
from typing import Annotated, TypeVar

from pydantic import AnyHttpUrl, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from shared.kafka import KafkaAccess
from shared.logs import LogFormat

MISCONFIGURED = 2


def _from_json(told: object) -> object:
    """Read here, and not by the settings library, which would name this fault alone."""
    return loads(told) if isinstance(told, str) else told


class ServiceSettings(BaseSettings):
    """What every service needs. Bytes for sizes; `issuers` are OIDC issuers whose tokens are accepted."""

    model_config = SettingsConfigDict(env_prefix="TT_", frozen=True, extra="ignore", hide_input_in_errors=True)

    kafka_bootstrap: Annotated[str, Field(pattern=r"^[^\s:,]+:\d+(,[^\s:,]+:\d+)*$")]
    kafka_user: str | None = None
    kafka_password: SecretStr | None = None
    mongo_url: Annotated[str, Field(pattern=r"^mongodb(\+srv)?://", repr=False)]
    database: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,38}$")]
    issuers: Annotated[tuple[AnyHttpUrl, ...], NoDecode, BeforeValidator(_from_json), Field(min_length=1)]
    audience: str = "trusted-trader"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    log_format: LogFormat = "json"
    otlp_endpoint: AnyHttpUrl | None = None
    max_body_bytes: Annotated[int, Field(ge=1_000)] = 1_000_000
    max_file_bytes: Annotated[int, Field(ge=1_000)] = 25_000_000

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
        prefix = kind.model_config.get("env_prefix", "")
        faults = [f"{prefix}{'.'.join(map(str, error['loc'])).upper()}: {error['msg']}" for error in wrong.errors(include_input=False)]
    except SettingsError as unreadable:
        faults = [f"{unreadable}: it must be JSON"]
    print("These settings are missing or wrong:", *(f"  {fault}" for fault in faults), "See docs/settings.md.", sep="\n", file=sys.stderr)  # noqa: T201 - before there is a log
    raise SystemExit(MISCONFIGURED)
