"""How a record is read: its publisher and number identify it, and whatever it holds, the service goes on."""

from dataclasses import replace
from uuid import UUID

import pytest

from shared.bus.messages import received
from shared.bus.subscriptions import Addressed, Consumed, Subscriptions
from shared.contracts.event import Event
from shared.contracts.intake import ApplicationWithdrawn, ConsentWithdrawn
from shared.contracts.review import MembershipCancelled
from tests.support.builders.toys import NOON
from tests.support.servers.kernel import record_of, with_header


def unsure(_: Event, __: Consumed) -> tuple[Addressed, ...]:
    raise ZeroDivisionError


SUBSCRIPTIONS: Subscriptions = {ApplicationWithdrawn: unsure, ConsentWithdrawn: unsure, MembershipCancelled: unsure}


def test_publishers_that_share_a_subject_are_kept_apart() -> None:
    """A company and its membership have one id: parked, the one's fifth message is not the other's."""
    company = record_of(5, publisher="c")
    membership = with_header(
        with_header(company, "ce_source", b"/review/memberships"), "ce_type", b"pip.MembershipCancelled.v1"
    )

    ids = [message.id for record in (company, membership) if (message := received(record, SUBSCRIPTIONS, NOON))]
    assert ids == ["/intake/companies/c/5", "/review/memberships/c/5"]


def test_a_subscription_that_raises_is_the_records_defect() -> None:
    message = received(record_of(1), SUBSCRIPTIONS, NOON)
    assert message
    assert message.defect == "ZeroDivisionError"


def test_a_withdrawal_in_a_newer_version_is_known_for_what_it_is() -> None:
    record = with_header(replace(record_of(1), topic=ConsentWithdrawn.TOPIC), "ce_type", b"pip.ConsentWithdrawn.v2")
    message = received(record, SUBSCRIPTIONS, NOON)
    assert message
    assert (message.newer, message.defect, message.kind) == (True, None, ConsentWithdrawn)


def test_a_header_that_nobody_knows_is_passed_over_whatever_it_holds() -> None:
    record = record_of(1)
    message = received(replace(record, headers=(*record.headers, ("ce_unheard", b"\xff"))), SUBSCRIPTIONS, NOON)
    assert message
    assert message.envelope


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("ce_time", b"0001-01-01T00:00:00+01:00"),
        ("ce_sequence", b"0"),
        ("ce_sequence", b"-1"),
        ("ce_sequence", b"9" * 5_000),
    ],
)
def test_numbers_and_moments_out_of_this_world_are_defects(header: str, value: bytes) -> None:
    message = received(with_header(record_of(1, company=UUID(int=1)), header, value), SUBSCRIPTIONS, NOON)
    assert message
    assert message.defect == "header_unreadable"
