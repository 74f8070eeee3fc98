"""What the two source documents say that all services share, sentence by sentence (programme 6)."""

from datetime import date
from typing import get_args
from uuid import uuid5

import pytest

from shared.contracts.catalogue import Measure, binding, in_force, load
from shared.contracts.mra_exchange import partner_record
from shared.contracts.pip_id import pip_id
from shared.contracts.review import MembershipEvent
from shared.contracts.types import Administration, LineOfBusiness
from tests.support.builders.packages import COMPANY, profile

SINCE = date(2026, 3, 9)


@pytest.mark.parametrize("line", get_args(LineOfBusiness))
def test_6_5_each_line_of_business_describes_physical_infrastructural_and_procedural_measures(
    line: LineOfBusiness,
) -> None:
    assert {requirement.measure for requirement in binding(load(), [line])} == set(get_args(Measure))


def test_6_10_name_address_status_dates_and_identifiers_are_communicated() -> None:
    membership = MembershipEvent(
        company_id=COMPANY,
        application_id=uuid5(COMPANY, "application/1"),
        pip_id=pip_id(str(COMPANY)),
        status="active",
        status_since=SINCE,
        member_since=SINCE,
    )
    declared = profile()
    assert partner_record(declared.legal_name, declared.address, membership).model_dump() == {
        "name": declared.legal_name,
        "address": declared.address.model_dump(),
        "status": "AUTHORISED",
        "dates": {"member_since": SINCE, "member_until": None},
        "identifiers": {"pip": membership.pip_id},
    }


def test_6_18_arrangements_are_signed_with_the_united_states_japan_singapore_and_south_korea() -> None:
    assert in_force(load(), date(2010, 7, 1)) == {"US", "JP", "KR", "SG"}


def test_6_18_eleven_arrangements_are_in_force_today() -> None:
    today = date.today()  # noqa: DTZ011 - no arrangement begins or ends by the hour
    assert in_force(load(), today) == set(get_args(Administration))
    assert len(get_args(Administration)) == 11


def test_6_19_the_programme_is_aligned_with_the_partnership_of_the_united_states() -> None:
    assert {requirement.ctpat for requirement in load().requirements} == set(range(1, 13))
