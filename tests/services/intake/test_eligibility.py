"""The application profile: its questions are answered one by one, and some answers or lines stop a submission."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake.domain.company.eligibility import NOT_ELIGIBLE, Applicant, against, asked, section
from services.intake.domain.company.state import Company
from shared.contracts.intake import ApplicationSubmitted
from shared.contracts.types import MODES, Address, LineOfBusiness
from shared.errors import Refused
from tests.support.builders.deciding import refusal
from tests.support.builders.intake import (
    CATALOGUE,
    COMPANIES,
    answer_question,
    company_after,
    company_in,
    days_later,
    submit,
)
from tests.support.builders.packages import ADVERSE, SUBMITTED_AT, eligibility, profile

IN_DETROIT = Address(lines=("9 Pier Avenue",), city="Detroit", region="MI", postal_code="48226", country="US")
QUESTIONS = {question.id: question for question in CATALOGUE.questions}
VALUES = {"yes_no": True, "count": 3, "day": SUBMITTED_AT.date(), "countries": ("CA",)}


def applying(**answers: Any) -> Company:
    """A company that is complete, with other answers, which it explains where they are adverse."""
    given = [answer_question(question, value=value) for question, value in answers.items()]
    return company_after(given, company_in("complete"))[0]


def why_not(company: Company, *, days: int = 0) -> list[str]:
    with pytest.raises(Refused) as refused:
        COMPANIES.decide(submit(at=days_later(days)), company)
    assert refused.value.code == "not_eligible"
    return [detail["code"] for detail in refused.value.details]


def test_every_question_is_answered_by_itself_and_the_same_answer_changes_nothing() -> None:
    company, required = company_in("registered"), len(QUESTIONS)
    for count, (question, definition) in enumerate(QUESTIONS.items(), start=1):
        answering = answer_question(question, value=VALUES[definition.kind])
        company, facts = company_after([answering, answering], company)
        assert len(facts) == 1
        assert COMPANIES.publish(facts[0], company) is None
        done = section(company, CATALOGUE)
        assert (done.required, len(done.missing), done.percent) == (
            required,
            required - count,
            100 * count // required,
        )
    assert {given.question_id for given in company.eligibility} == QUESTIONS.keys()


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_takes_answers_of_its_kind_alone(question: str) -> None:
    taken = {
        kind
        for kind, value in VALUES.items()
        if not refusal(COMPANIES, answer_question(question, value=value), company_in("registered"))
    }
    assert taken == {QUESTIONS[question].kind}


def test_a_later_answer_replaces_the_earlier_one() -> None:
    company = applying(crown_debt=True)
    again, _ = company_after([answer_question("crown_debt", value=False)], company)
    values = {given.question_id: given.value for given in again.eligibility}
    assert (values["crown_debt"], len(again.eligibility)) == (False, len(QUESTIONS))


def test_with_no_movement_its_day_is_not_asked_and_an_answer_to_it_does_not_go_with_the_package() -> None:
    company = applying(movements_12_months=0)
    assert {question.id for question, _ in asked(company, CATALOGUE)} == QUESTIONS.keys() - {"last_movement_on"}
    assert section(company, CATALOGUE).required == len(QUESTIONS) - 1
    assert why_not(company) == ["no_movement"]


def test_a_question_concerns_companies_with_one_of_its_lines() -> None:
    of_brokers = QUESTIONS["carm_registered"].model_copy(update={"lines": ("customs_broker",)})
    catalogue = CATALOGUE.model_copy(update={"questions": (of_brokers, QUESTIONS["insolvent"])})
    assert [question.id for question, _ in asked(company_in("complete"), catalogue)] == ["insolvent"]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"facilities_in": ("MX",)}, "no_facilities"),
        ({"facilities_in": ()}, "no_facilities"),
        ({"movements_12_months": 0}, "no_movement"),
        ({"last_movement_on": SUBMITTED_AT.date() - timedelta(days=91)}, "last_movement_too_old"),
        ({"carm_registered": False}, "not_in_carm"),
    ],
)
def test_what_stops_a_submission(answers: dict[str, object], code: str) -> None:
    assert why_not(applying(**answers)) == [code]


def test_everything_that_stops_a_submission_is_listed_at_once() -> None:
    assert why_not(applying(facilities_in=("MX",), carm_registered=False)) == ["no_facilities", "not_in_carm"]
    assert {*NOT_ELIGIBLE} == {"no_facilities", "no_movement", "last_movement_too_old", "not_in_carm"}


def test_the_ninetieth_day_after_the_last_movement_still_counts() -> None:
    company = applying(last_movement_on=SUBMITTED_AT.date() - timedelta(days=90))
    assert refusal(COMPANIES, submit(), company) == ""
    assert why_not(company, days=1) == ["last_movement_too_old"]


# --- from the United States, each line for itself --------------------------------------------------


def barred(*lines: LineOfBusiness, codes: tuple[str, ...] = (), address: Address = IN_DETROIT) -> list[str]:
    """The lines that may not apply, of a company with carrier codes in these modes."""
    carrier_codes = {mode: {"code": "7BRL", "bonded": True} for mode in codes}
    declared = profile(address=address, lines_of_business=lines, carrier_codes=carrier_codes)
    found = against(Applicant(declared, eligibility(), SUBMITTED_AT.date()))
    assert {missing.code for missing in found} <= {"line_not_eligible_in_us"}
    return [missing.where.removeprefix("profile/lines_of_business?line=") for missing in found]


@pytest.mark.parametrize("line", [line.id for line in CATALOGUE.lines_of_business])
def test_only_carriers_with_a_code_in_their_mode_and_importers_apply(line: LineOfBusiness) -> None:
    with_code = (MODES[line],) if line in MODES else ()
    assert barred(line, codes=with_code) == ([] if line in {*MODES, "importer"} else [line])
    assert barred(line, address=profile().address) == []


@pytest.mark.parametrize("line", MODES)
def test_a_code_in_another_mode_does_not_serve(line: LineOfBusiness) -> None:
    others = tuple(mode for mode in MODES.values() if mode != MODES[line])
    assert barred(line, codes=others) == [line]


def test_an_eligible_line_carries_no_other_with_it_and_the_others_are_named() -> None:
    lines: tuple[LineOfBusiness, ...] = ("highway_carrier", "exporter", "importer", "customs_broker", "rail_carrier")
    assert barred(*lines, codes=("highway",)) == ["exporter", "customs_broker", "rail_carrier"]


# --- adverse answers --------------------------------------------------------------------------------


def test_the_adverse_questions_are_those_that_risk_weighs() -> None:
    assert {question.id for question in CATALOGUE.questions if question.adverse} == {*ADVERSE}


@pytest.mark.parametrize("adverse", ADVERSE)
def test_an_adverse_answer_needs_its_own_explanation_and_then_goes_on_to_risk(adverse: str) -> None:
    other = next(question for question in ADVERSE if question != adverse)
    company, _ = company_after([answer_question(adverse, value=True, explanation=None)], applying(**{other: True}))
    lacks = [(lack.where, lack.code) for lack in section(company, CATALOGUE).missing]
    assert lacks == [(f"eligibility/{adverse}", "explanation_required")]
    assert refusal(COMPANIES, submit(), company) == "incomplete"
    submitted, facts = company_after([answer_question(adverse, value=True), submit()], company)
    package = COMPANIES.publish(facts[1], submitted)
    assert package is not None
    explained = {
        given.question_id: given.explanation
        for given in ApplicationSubmitted.read(package.body or "").eligibility
        if given.explanation
    }
    assert explained == dict.fromkeys((adverse, other), "Settled in 2024.")


def test_no_answers_at_all_are_ten_missing_answers() -> None:
    done = section(company_in("registered"), CATALOGUE)
    assert (done.required, len(done.missing), done.percent) == (10, 10, 0)
