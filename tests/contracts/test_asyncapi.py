import json
import subprocess
from contextlib import suppress
from hashlib import sha256
from os import environ
from pathlib import Path
from shutil import copytree, which
from tempfile import TemporaryDirectory

import pytest
from jsonschema import Draft7Validator

from deploy.kafka.access import mechanism_of
from shared.bus.asyncapi import document
from shared.contracts.topics import topic
from tests.support.references import found, references
from tests.support.samples.golden import message_name, read
from tests.support.source import SERVICES

NODE = Path(__file__).with_name("node")
SCHEMA = "node_modules/@asyncapi/specs/schemas/3.0.0.json"
MESSAGES = [
    (service, channel, message)
    for service in SERVICES
    for channel, described in document(service)["channels"].items()
    for message in described["messages"]
]


@pytest.fixture(scope="session")
def asyncapi() -> Draft7Validator:
    """The JSON schema of AsyncAPI 3.0 as its authors publish it, fetched once per user and version."""
    if which("npm") is None:
        pytest.skip(
            "not run: npm is missing. Install Node.js to have the AsyncAPI documents judged by the schema of AsyncAPI"
        )
    cache = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "trusted-trader"
    specs = cache / f"asyncapi-{sha256((NODE / 'package-lock.json').read_bytes()).hexdigest()[:12]}"
    if not specs.exists():
        install(specs)
    return Draft7Validator(json.loads((specs / SCHEMA).read_text("utf-8")))


def install(specs: Path) -> None:
    """Makes the whole directory visible at once; of two runs that do so, the first one's stays."""
    specs.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=specs.parent) as work:
        made = copytree(NODE, Path(work) / "node")
        subprocess.run(["npm", "ci", "--silent"], cwd=made, check=True, timeout=100)
        with suppress(OSError):
            made.rename(specs)


@pytest.mark.parametrize("service", SERVICES)
def test_a_document_is_asyncapi(service: str, asyncapi: Draft7Validator) -> None:
    assert [f"{error.json_path}: {error.message}" for error in asyncapi.iter_errors(document(service))] == []


def test_a_document_that_is_not_asyncapi_is_found(asyncapi: Draft7Validator) -> None:
    assert not asyncapi.is_valid(
        {**document("risk"), "channels": {"pip-risk": {"messages": {"RiskAssessed": {"payload": 5}}}}}
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_channel_names_the_listeners_of_its_users_and_how_they_come_in(service: str) -> None:
    described = document(service)
    for channel in described["channels"].values():
        users = {topic(channel["address"]).publisher, *topic(channel["address"]).readers}
        servers = [described["servers"][server["$ref"].rpartition("/")[2]] for server in channel["servers"]]
        schemes = [found(described, server["security"][0]["$ref"])["type"] for server in servers]
        assert schemes == sorted({mechanism_of(user).replace("SCRAM-SHA-", "scramSha") for user in users}, reverse=True)


@pytest.mark.parametrize("service", SERVICES)
def test_whatever_a_document_refers_to_stands_in_it(service: str) -> None:
    described = document(service)
    assert all(found(described, reference) for reference in set(references(described)))


@pytest.mark.parametrize(("service", "channel", "message"), MESSAGES)
def test_the_sample_is_as_described(service: str, channel: str, message: str) -> None:
    described = document(service)
    described_message = described["channels"][channel]["messages"][message]
    sample = read(message_name(described_message["headers"]["properties"]["ce_type"]["const"]))
    Draft7Validator(described_message["headers"]).validate(sample["headers"])
    Draft7Validator({"allOf": [described_message["payload"]], "components": described["components"]}).validate(
        sample["value"]
    )
