"""A message that has moved to another topic: what stands on the old one is kept by whom it concerns, or passed over."""

from datetime import UTC, datetime

import pytest

from shared.bus import messages
from shared.bus.messages import received
from shared.contracts.intake import CompanyUsersChanged
from shared.contracts.moved import CompanyUsersChangedOnIntake
from shared.contracts.topics import topics
from shared.model import Json
from shared.programme.team import COLLECTION, EARLIER
from shared.store.parked import RawRecord
from tests.support.built import subscriptions_of
from tests.support.mistakes import Mistake
from tests.support.samples.golden import message_name, read, record
from tests.support.source import SERVICES

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
OLD, NEW = (message_name(event.type()) for event in (CompanyUsersChangedOnIntake, CompanyUsersChanged))
READERS = {topic.name: topic.readers for topic in topics()}


def taken(service: str, of: RawRecord) -> tuple[str, ...] | str | None:
    """The collections to which a record goes, why it is parked, or None if it is passed over."""
    message = received(of, subscriptions_of(service), AT)
    if message is None:
        return None
    return message.defect or tuple(to.collection for to in message.addressed)


def on(topic: str, sample: Json) -> RawRecord:
    return record({**sample, "topic": topic})


@pytest.mark.parametrize("service", READERS[CompanyUsersChanged.TOPIC])
def test_the_users_of_a_company_go_to_the_teams_of_every_reader(service: str) -> None:
    assert taken(service, record(read(NEW))) == (COLLECTION,)


@pytest.mark.parametrize(
    ("service", "expected"), [("review", None), ("site_validation", (EARLIER,)), ("mra_exchange", (EARLIER,))]
)
def test_what_stands_on_the_old_topic_is_kept_apart_or_passed_over(service: str, expected: object) -> None:
    assert service in READERS[CompanyUsersChangedOnIntake.TOPIC]
    assert taken(service, record(read(OLD))) == expected


@pytest.mark.parametrize("service", SERVICES)
def test_on_any_other_topic_it_is_nobodys(service: str) -> None:
    consumed = CompanyUsersChanged in subscriptions_of(service)
    assert taken(service, on("pip.review", read(OLD))) == ("publisher_foreign" if consumed else None)


def test_a_later_version_on_the_old_topic_is_not_taken_for_the_old_one() -> None:
    message = received(on("pip.intake", read(NEW)), subscriptions_of("site_validation"), AT)
    assert message
    assert message.newer


def test_a_reader_that_parks_what_stands_on_the_old_topic_is_found() -> None:
    parking = (messages, "_subscribed_type", "topic != event.MOVED_FROM", "True")
    with Mistake("what has moved is parked", "moved", (parking,)).made():
        assert taken("review", record(read(OLD))) == "publisher_foreign"


def test_an_old_message_that_is_taken_for_a_new_one_is_found() -> None:
    mixing = (messages, "_subscribed_type", "topic == event.TOPIC", "True")
    with Mistake("old and new in one collection", "moved", (mixing,)).made():
        assert taken("site_validation", record(read(OLD))) != (EARLIER,)
