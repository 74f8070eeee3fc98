from collections import defaultdict
from collections.abc import Iterable

import pytest

from shared.contracts.topics import Topic, topics
from tests.architecture.declared import addressed
from tests.support.built import card, events_of, subscriptions_of
from tests.support.source import SERVICES

INSIDE = [topic for topic in topics() if not topic.compacted]
Way = tuple[str, str, str]


def ways(service: str) -> list[Way]:
    """The topic by which each aggregate of a service consumes each publishing aggregate."""
    return [
        (collection, event.SOURCE, event.TOPIC)
        for event, handler in subscriptions_of(service).items()
        for collection in addressed(handler)
    ]


def split(ways: Iterable[Way]) -> list[tuple[str, str]]:
    """Aggregates that consume one publisher on several topics: a newer message could overtake and lose an older."""
    through: dict[tuple[str, str], set[str]] = defaultdict(set)
    for collection, publisher, topic in ways:
        through[collection, publisher].add(topic)
    return [pair for pair, several in through.items() if len(several) > 1]


@pytest.mark.parametrize("service", SERVICES)
def test_an_aggregate_consumes_a_publisher_through_one_topic(service: str) -> None:
    assert split(ways(service)) == []


def test_a_publisher_consumed_through_two_topics_is_found() -> None:
    way = ("cases", "/intake/companies", "pip.application")
    assert split([way, ("memberships", "/intake/companies", "pip.intake")]) == []
    assert split([way, ("cases", "/intake/companies", "pip.intake")]) == [("cases", "/intake/companies")]


@pytest.mark.parametrize("service", SERVICES)
def test_every_message_is_addressed_to_an_aggregate_of_the_service(service: str) -> None:
    for event, handler in subscriptions_of(service).items():
        assert addressed(handler), event
        assert addressed(handler) <= set(card(service).OWNS), event


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_has_a_contract_and_every_contract_a_topic(service: str) -> None:
    declared = {(event, topic.name) for topic in INSIDE if topic.publisher == service for event in topic.events}
    assert {(name, event.TOPIC) for name, event in events_of(service).items()} == declared
    assert {event.SOURCE for event in events_of(service).values()} <= {
        f"/{service}/{collection}" for collection in card(service).OWNS
    }


@pytest.mark.parametrize("topic", INSIDE, ids=lambda topic: topic.name)
def test_who_may_read_a_topic_is_who_consumes_it(topic: Topic) -> None:
    assert set(topic.readers) == {
        service for service in SERVICES if any(topic.name == event.TOPIC for event in subscriptions_of(service))
    }


def test_only_the_owner_of_a_contract_publishes_it() -> None:
    published = [(event, topic.publisher) for topic in INSIDE for event in topic.events]
    assert len({event for event, _ in published}) == len(published)


def test_every_reader_and_publisher_is_a_service_or_one_partner() -> None:
    for topic in topics():
        assert topic.publisher in SERVICES
        assert (
            topic.readers == (topic.name.removeprefix("pip."),)
            if topic.compacted
            else set(topic.readers) <= set(SERVICES)
        )


def test_partition_counts_are_those_of_the_design() -> None:
    assert {(topic.compacted, topic.partitions) for topic in topics()} == {(False, 12), (True, 1)}
