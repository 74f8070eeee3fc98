import json
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from deploy.kafka.access import mechanism_of
from shared.bus.asyncapi import document
from shared.contracts.topics import topic
from shared.model import Json
from tests.support.references import found, references
from tests.support.samples.golden import message_name, read
from tests.support.source import SERVICES

NODE = Path(__file__).with_name("node")
MESSAGES = [
    (service, channel, message)
    for service in SERVICES
    for channel, described in document(service)["channels"].items()
    for message in described["messages"]
]


def wrong(described: Json, node: Path) -> list[str]:
    """What the parser of AsyncAPI's authors finds wrong, by their schema and by their rules."""
    script = (NODE / "asyncapi.mjs").read_text("utf-8")
    parsing = ["node", "--input-type=module", "--eval", script]
    parsed = subprocess.run(
        parsing, input=json.dumps(described), cwd=node, check=True, capture_output=True, text=True, timeout=100
    )
    found_wrong: list[str] = json.loads(parsed.stdout)
    return found_wrong


@pytest.mark.parametrize("service", SERVICES)
def test_a_document_is_asyncapi(service: str, node: Path) -> None:
    assert wrong(document(service), node) == []


@pytest.mark.parametrize(
    "mistake",
    [
        {"channels": {"pip-risk": {"messages": {"RiskAssessed": {"payload": 5}}}}},
        {"operations": {"publish-pip-risk": {"action": "send", "channel": {"$ref": "#/channels/nowhere"}}}},
    ],
    ids=["a payload that is no schema", "a channel that is nowhere"],
)
def test_a_document_that_is_not_asyncapi_is_found(mistake: Json, node: Path) -> None:
    assert wrong({**document("risk"), **mistake}, node) != []


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
