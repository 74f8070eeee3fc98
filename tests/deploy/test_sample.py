"""The sample has a company for every stage, and offers its people at sign-in."""

from typing import get_args

from pydantic import TypeAdapter

from deploy.demo.lives import lives
from deploy.demo.sample import Sample, offered, samples
from shared.contracts.types import BusinessNumber

STAGES = get_args(Sample.model_fields["stage"].annotation)


def test_there_is_one_company_for_every_stage_in_their_order() -> None:
    assert tuple(sample.stage for sample in samples()) == STAGES


def test_no_two_companies_share_a_number_nor_with_the_demo() -> None:
    numbers = [life.firm.business_number for life in (*samples(), *lives())]
    assert len({*numbers}) == len(numbers)
    TypeAdapter(list[BusinessNumber]).validate_python(numbers)
    assert all(number.startswith("9") for number in numbers), "such numbers are not issued"


def test_every_owner_is_offered_with_what_the_company_does_and_so_are_the_officers() -> None:
    people = offered()
    owners = [sample.people.owner for sample in samples()]
    assert [person.name for person in people[: len(owners)]] == owners
    assert all(person.about and person.about.en != person.about.fr for person in people[: len(owners)])
    assert {"review_officer", "risk_officer", "site_officer", "decision_officer", "operator", "partner"} == {
        role for person in people for role in person.roles
    }


def test_a_company_has_what_its_stage_needs() -> None:
    """A question to be returned with, a debt to be referred for, a finding to correct, a reason to be suspended."""
    by_stage = {sample.stage: sample for sample in samples()}
    assert by_stage["returned"].question
    assert by_stage["referred"].firm.declares
    assert by_stage["denied"].firm.declares
    assert by_stage["action_required"].finding
    assert by_stage["suspended"].suspension
