"""Where the services of a deployment are, and with which token: on this machine, or as the settings name them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
from pydantic import AnyHttpUrl, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode

from deploy.errors import Failed
from deploy.kafka.access import OPERATOR as SUPER_USER
from deploy.local.deployment import Deployment
from deploy.local.people import Person
from shared.bus.access import KafkaAccess
from shared.settings import FROM_ENVIRONMENT, Brokers, FromJson, MongoUrl, load, needed_with

OPERATOR = Person(subject="operator", name="Operator", roles=("operator",))


class Elsewhere(BaseSettings):
    """Services elsewhere: TT_SERVICES as {"intake": "https://..."}, and TT_TOKEN of a person in the role operator."""

    model_config = FROM_ENVIRONMENT

    services: Annotated[dict[str, AnyHttpUrl], NoDecode, FromJson] = {}
    token: Annotated[SecretStr | None, needed_with("services")] = None


class Cluster(BaseSettings):
    """A Kafka elsewhere and its super user. TT_PASSWORD_<USER> is the password of a user, as TT_PASSWORD_PARTNER_US."""

    model_config = FROM_ENVIRONMENT

    kafka_bootstrap: Brokers | None = None
    kafka_user: str = SUPER_USER
    kafka_password: Annotated[SecretStr | None, needed_with("kafka_bootstrap")] = None

    def access(self) -> KafkaAccess | None:
        """The super user's access, where a Kafka is named."""
        if self.kafka_bootstrap is None or self.kafka_password is None:
            return None
        return KafkaAccess(self.kafka_bootstrap, self.kafka_user, self.kafka_password.get_secret_value())


class DatabasesElsewhere(BaseSettings):
    """TT_MONGO_URL: the replica set of a deployment elsewhere, as a user who may read and write all its databases."""

    model_config = FROM_ENVIRONMENT

    mongo_url: Annotated[MongoUrl | None, Field(repr=False)] = None


class Services:
    """A client of the services, with the token of one person. A refusal or a service out of reach raises Failed."""

    def __init__(self, urls: Mapping[str, str], token: str) -> None:
        self.urls = urls
        self._http = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=60, trust_env=False)

    def get(self, service: str, path: str, **query: str) -> Any:
        return self._request(service, "GET", path, params=query).json()

    def find(self, service: str, path: str) -> Any | None:
        """What lies there, or None where there is nothing."""
        answer = self._send(service, "GET", path)
        return None if answer.status_code == httpx.codes.NOT_FOUND else self._accepted(service, answer).json()

    def post(self, service: str, path: str, body: object = None) -> Any:
        return self._request(service, "POST", path, json=body).json()

    def metrics(self, service: str) -> str:
        """What operators read; until 0.3.0 it stood beside the endpoints."""
        answer = self._send(service, "GET", "/operations/metrics")
        if answer.status_code == httpx.codes.NOT_FOUND:
            answer = self._send(service, "GET", "/metrics")
        return self._accepted(service, answer).text

    def close(self) -> None:
        self._http.close()

    def _request(self, service: str, method: str, path: str, **content: Any) -> httpx.Response:
        return self._accepted(service, self._send(service, method, path, **content))

    def _send(self, service: str, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            return self._http.request(method, f"{self.urls[service].rstrip('/')}{path}", **content)
        except httpx.TransportError as away:
            raise Failed(
                f"{service} does not answer at {self.urls[service]}: see whether it runs, and read its log"
            ) from away

    def _accepted(self, service: str, answer: httpx.Response) -> httpx.Response:
        if answer.is_error:
            raise Failed(refusal(service, answer))
        return answer


def refusal(service: str, answer: httpx.Response) -> str:
    """A sentence for the answer of a service that refuses."""
    if (
        answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}
        and "/operations/" in answer.request.url.path
    ):
        return f"{service} does not take this token: TT_TOKEN must be a valid one of a person in the role operator"
    problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    return (
        f"{service} refuses: {problem.get('title', answer.reason_phrase)} ({problem.get('code', answer.status_code)})"
    )


@contextmanager
def services_at(data: Path) -> Iterator[Services]:
    """The services that the settings name, else those of the deployment on this data directory. Raises Failed."""
    named = load(Elsewhere)
    if named.services and named.token:
        services = Services({name: str(url) for name, url in named.services.items()}, named.token.get_secret_value())
    else:
        local = Deployment.at(data)
        services = Services(local.services, token_of(OPERATOR, local))
    try:
        yield services
    finally:
        services.close()


def bus_at(data: Path) -> KafkaAccess | None:
    """The super user's access to the bus: as the settings name it, else on this machine; None where they name none."""
    if (named := load(Cluster).access()) or load(Elsewhere).services:
        return named
    return Deployment.at(data).kafka(SUPER_USER)


def token_of(person: Person, deployment: Deployment) -> str:
    """A token from the issuer of a deployment on this machine. Raises Failed."""
    form = person.model_dump(exclude_none=True)
    try:
        answer = httpx.post(f"{deployment.issuer}/token", data=form, timeout=10, trust_env=False).raise_for_status()
    except httpx.HTTPError as away:
        raise Failed(
            f"the token issuer of {deployment.data} does not answer: stop the deployment and start it again"
        ) from away
    return str(answer.json()["access_token"])
