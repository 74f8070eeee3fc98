from datetime import timedelta

import pytest

from services.intake.domain.company.eligibility import ADVERSE, NOT_ELIGIBLE, AnswerApplication, Applicant, section
from services.intake.domain.company.profile import carries
from services.intake.domain.company.state import Company
from shared.contracts.types import Address, LineOfBusiness
from shared.errors import Refused
from tests.support.builders.deciding import refusal
from tests.support.builders.intake import CATALOGUE, COMPANIES, asked, company_after, company_in, days_later, submit
from tests.support.builders.packages import SUBMITTED_AT, eligibility, profile

IN_DETROIT = Address(lines=("9 Pier Avenue",), city="Detroit", region="MI", postal_code="48226", country="US")


def answering(**changes: object) -> AnswerApplication:
    return asked(AnswerApplication, eligibility=eligibility(**changes))


def applying(**changes: object) -> Company:
    return company_after([answering(**changes)], company_in("complete"))[0]


def why_not(company: Company, *, days: int = 0) -> list[str]:
    with pytest.raises(Refused) as refused:
        COMPANIES.decide(submit(at=days_later(days)), company)
    assert refused.value.code == "not_eligible"
    return [detail["code"] for detail in refused.value.details]


def test_the_answers_are_kept_and_the_same_answers_change_nothing() -> None:
    after, facts = company_after([answering(), answering()], company_in("registered"))
    assert len(facts) == 1
    assert after.eligibility == eligibility()
    assert COMPANIES.publish(facts[0], after) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"facilities_in": ("MX",)}, "no_facilities"),
        ({"facilities_in": ()}, "no_facilities"),
        ({"movements_12_months": 0}, "no_movement"),
        ({"last_movement_on": SUBMITTED_AT.date() - timedelta(days=91)}, "last_movement_too_old"),
        ({"carm_registered": False}, "not_in_carm"),
    ],
)
def test_what_stops_a_submission(changes: dict[str, object], code: str) -> None:
    assert why_not(applying(**changes)) == [code]


def test_everything_that_stops_a_submission_is_listed_at_once() -> None:
    assert why_not(applying(facilities_in=("MX",), carm_registered=False)) == ["no_facilities", "not_in_carm"]


def test_the_ninetieth_day_after_the_last_movement_still_counts() -> None:
    company = applying(last_movement_on=SUBMITTED_AT.date() - timedelta(days=90))
    assert refusal(COMPANIES, submit(), company) == ""
    assert why_not(company, days=1) == ["last_movement_too_old"]


@pytest.mark.parametrize(
    ("lines", "stopped"),
    [(("highway_carrier",), False), (("importer",), False), (("exporter",), True), (("exporter", "importer"), False)],
)
def test_from_the_united_states_only_carriers_and_importers_apply(
    lines: tuple[LineOfBusiness, ...], *, stopped: bool
) -> None:
    declared = profile(address=IN_DETROIT, lines_of_business=lines)
    applicant = Applicant(declared, eligibility(), SUBMITTED_AT.date(), carries(lines, CATALOGUE))
    assert NOT_ELIGIBLE["line_not_eligible_in_us"](applicant) is stopped


@pytest.mark.parametrize("adverse", ADVERSE)
def test_an_adverse_answer_needs_an_explanation_and_then_goes_on_to_risk(adverse: str) -> None:
    assert [lack.code for lack in section(eligibility(**{adverse: True})).missing] == ["explanation_required"]
    assert refusal(COMPANIES, submit(), applying(**{adverse: True})) == "incomplete"
    assert refusal(COMPANIES, submit(), applying(**{adverse: True}, explanation="Settled in 2024.")) == ""


def test_no_answers_at_all_are_ten_missing_answers() -> None:
    assert (section(None).required, len(section(None).missing), section(None).percent) == (10, 10, 0)
