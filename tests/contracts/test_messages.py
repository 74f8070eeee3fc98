import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st

from shared.bus.messages import received
from shared.contracts.envelope import Origin, inside, to_partner
from shared.contracts.event import Outgoing
from shared.contracts.mra_exchange import PartnerRecord, member_shared, sharing_ended
from shared.model import Json
from shared.store.parked import RawRecord
from tests.support.built import app_of, operations_of, subscriptions_of
from tests.support.samples.golden import (
    TO_PARTNERS,
    as_then,
    collection_of,
    deciders,
    events,
    message_name,
    names,
    read,
    record,
)
from tests.support.source import SERVICES

MESSAGES = names("contracts")
CONSUMED = [
    (service, name)
    for service in SERVICES
    for event in subscriptions_of(service)
    for name in MESSAGES
    if name.startswith(f"contracts/pip.{event.name()}.v") and read(name)["topic"] == event.TOPIC
]
HANDLED_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
PARTNERS_HEADERS = (
    "content-type",
    "ce_specversion",
    "ce_id",
    "ce_source",
    "ce_type",
    "ce_time",
    "ce_subject",
    "ce_dataschema",
    "ce_sequence",
)


def origin(headers: dict[str, str]) -> Origin:
    """Where the fact of an internal message stood."""
    return Origin(
        source=headers["ce_source"],
        subject=headers["ce_subject"],
        sequence=int(headers["ce_sequence"]),
        at=datetime.fromisoformat(headers["ce_time"]),
        causation=headers["ce_causationid"],
        correlation=headers["ce_correlationid"],
        traceparent=headers["ce_traceparent"],
    )


def written(outgoing: Outgoing, headers: list[list[str]]) -> Json:
    """A message as its publisher writes it now, in the form of a sample."""
    value = None if outgoing.body is None else json.loads(outgoing.body)
    return {"topic": outgoing.topic, "key": outgoing.key, "headers": headers, "value": value}


def as_written(sample: Json) -> Json:
    return {**sample, "headers": [list(header) for header in sample["headers"].items()]}


def read_by(service: str, message: RawRecord) -> None:
    """A service takes a message, whatever the aggregates that it concerns have come to."""
    taken = received(message, subscriptions_of(service), HANDLED_AT)
    assert taken
    assert taken.defect is None
    assert taken.addressed
    for addressed in taken.addressed:
        decider = operations_of(app_of(service)).aggregates[addressed.collection].decider
        for state in names("states"):
            if collection_of(state) == addressed.collection:
                decider.decide(addressed.command, decider.state(read(state)))


def widened(value: Any) -> Any:
    """What a newer publisher may write: one field more in everything that has fields."""
    if isinstance(value, dict):
        return {name: widened(field) for name, field in value.items()} | {"added_later": {"since": 2027}}
    return [widened(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("kind", events())
def test_a_publisher_still_writes_its_sample(kind: str) -> None:
    sample = as_written(read(message_name(kind)))
    event = events()[kind].model_validate_json(json.dumps(sample["value"]))
    outgoing = event.outgoing()
    assert as_then(written(outgoing, inside(outgoing, origin(dict(sample["headers"])))), sample) == sample
    assert events()[kind].model_validate_json(outgoing.body or "") == event


@pytest.mark.parametrize(("service", "name"), CONSUMED)
def test_every_consumer_reads_the_sample(service: str, name: str) -> None:
    read_by(service, record(read(name)))


@pytest.mark.parametrize(("service", "name"), CONSUMED)
def test_a_consumer_passes_over_what_a_newer_publisher_adds(service: str, name: str) -> None:
    sample = read(name)
    read_by(
        service,
        record(
            {**sample, "headers": {**sample["headers"], "ce_addedlater": "2027"}, "value": widened(sample["value"])}
        ),
    )


def test_every_message_inside_is_consumed() -> None:
    assert {message_name(kind) for kind in events()} <= {name for _, name in CONSUMED}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_a_cloud_event(name: str) -> None:
    message = record(read(name))
    headers = {header: value or b"" for header, value in message.headers}
    event = from_binary(KafkaMessage(headers, message.key, message.value or b"null"), JSONFormat())
    assert message_name(event.get_type()) == name
    assert event.get_datacontenttype() == "application/json"
    assert event.get_dataschema() == f"urn:trusted-trader:schema:{event.get_type()}"
    assert event.get_data() == read(name)["value"]


def test_a_partner_still_gets_the_record_of_the_sample() -> None:
    sample = read(message_name(TO_PARTNERS[0]))
    partner = sample["topic"].rpartition(".")[2].upper()
    outgoing = member_shared(
        partner, PartnerRecord.model_validate(sample["value"]), int(sample["headers"]["ce_sequence"])
    )
    assert written(outgoing, partners_headers(outgoing, sample)) == as_written(with_zeros(sample))


def test_a_partner_still_gets_the_end_of_the_sample() -> None:
    sample = read(message_name(TO_PARTNERS[1]))
    partner = sample["topic"].rpartition(".")[2].upper()
    outgoing = sharing_ended(partner, sample["key"], int(sample["headers"]["ce_sequence"]))
    assert written(outgoing, partners_headers(outgoing, sample)) == as_written(with_zeros(sample))


def with_zeros(sample: Json) -> Json:
    """The sample with the leading zeros that a partner's sequence lacked before 0.4."""
    return {**sample, "headers": sample["headers"] | {"ce_sequence": sample["headers"]["ce_sequence"].zfill(19)}}


@given(st.integers(1, 2**63 - 1), st.integers(1, 2**63 - 1))
def test_a_partners_sequence_is_ordered_as_text_and_as_a_number(number: int, other: int) -> None:
    first, second = (
        dict(partners_headers(sharing_ended("US", "PIP", n), read(message_name(TO_PARTNERS[1]))))["ce_sequence"]
        for n in (number, other)
    )
    assert (first < second) == (number < other)
    assert int(first) == number


def partners_headers(outgoing: Outgoing, sample: Json) -> list[list[str]]:
    at = datetime.fromisoformat(sample["headers"]["ce_time"])
    return to_partner(
        outgoing, Origin("/mra_exchange/disclosures", "a-company", 90_210, at, "a-cause", "a-correlation")
    )


@pytest.mark.parametrize("kind", TO_PARTNERS)
def test_a_partner_gets_the_closed_list_and_nothing_else(kind: str) -> None:
    sample = read(message_name(kind))
    assert tuple(sample["headers"]) == PARTNERS_HEADERS
    assert sample["value"] is None or set(sample["value"]) == {"name", "address", "status", "dates", "identifiers"}


def test_aggregates_that_consume_have_samples_of_their_states() -> None:
    assert {collection_of(name) for name in names("states")} == set(deciders())
