from uuid import uuid5

import pytest
from hypothesis import given

from services.intake.domain.company import Absent, Company, CompanyCommand
from services.intake.domain.company.consumed import Membership
from services.intake.domain.company.course import AdviceNoted, ReturnReceived
from services.intake.domain.company.state import Advice, ApplicationOutcome, Preparing, Returned
from tests.support.builders.deciding import refusal
from tests.support.builders.intake import (
    COMPANIES,
    LIVES,
    change_profile,
    company_after,
    company_in,
    note_advice,
    note_approval,
    note_denial,
    note_membership,
    note_return,
    note_stage,
    reply,
    submit,
)
from tests.support.builders.interleaving import interleavings
from tests.support.builders.packages import COMPANY, YARD, address, documents
from tests.support.builders.review_messages import membership

OTHER = uuid5(COMPANY, "application/7")
EVERY_LIFE = tuple(LIVES)
OPEN = ("under_review", "returned", "withdrawing")
FROM_REVIEW = (
    note_advice(),
    note_advice(submission=9),
    note_stage("risk_assessment"),
    note_stage("withdrawn"),
    note_stage("denied", application=OTHER),
    note_stage("decision", submission=9),
    note_return(),
    note_return(submission=9),
    note_approval(),
    note_denial(),
    note_denial(application=OTHER),
    note_membership("active"),
    note_membership("cancelled", OTHER),
)


def after(*noted: CompanyCommand, life: str) -> Company:
    return company_after(noted, company_in(life))[0]


@pytest.mark.parametrize("command", FROM_REVIEW, ids=lambda command: command.kind)
@pytest.mark.parametrize("life", EVERY_LIFE)
def test_what_review_publishes_is_never_refused(life: str, command: CompanyCommand) -> None:
    assert refusal(COMPANIES, command, company_in(life)) == ""


@pytest.mark.parametrize("command", FROM_REVIEW, ids=lambda command: command.kind)
def test_what_review_publishes_of_a_company_that_is_not_registered_means_nothing(command: CompanyCommand) -> None:
    assert COMPANIES.decide(command, Absent()) == ()


@pytest.mark.parametrize("life", EVERY_LIFE)
def test_another_application_is_not_ours_to_show(life: str) -> None:
    of_another = (note_advice, note_return, note_denial)
    noted = (note_stage("denied", application=OTHER), *(of(application=OTHER) for of in of_another))
    assert after(*noted, life=life) == company_in(life)


@pytest.mark.parametrize("life", OPEN)
def test_an_older_or_unknown_submission_is_not_shown_while_the_application_is_open(life: str) -> None:
    noted = (note_advice(submission=2), note_stage("decision", submission=2), note_return(submission=2))
    assert after(*noted, life=life) == company_in(life)


@pytest.mark.parametrize("life", [life for life in EVERY_LIFE if life not in {"registered", "complete"}])
def test_the_stage_of_the_latest_application_is_shown(life: str) -> None:
    progress = after(note_stage("risk_assessment"), life=life).progress
    assert progress is not None
    assert (progress.stage, progress.clock.standard_days) == ("risk_assessment", 180)


@pytest.mark.parametrize("life", OPEN)
def test_the_end_of_an_application_opens_the_next(life: str) -> None:
    assert after(note_stage("withdrawn"), life=life).application == Preparing()
    for command in (note_approval(), note_denial()):
        ended = after(command, life=life)
        assert (ended.application, ended.outcome is not None) == (Preparing(), True)


def test_a_denial_gives_its_grounds() -> None:
    denied = company_in("denied").outcome
    assert isinstance(denied, ApplicationOutcome)
    assert (denied.result, denied.grounds, denied.message) == ("denied", ("profile",), "The yard is not fenced.")


def test_a_denial_that_crosses_a_resubmission_ends_it_and_shows_its_stage() -> None:
    resubmitted = company_in("under_review").model_copy(update={"submission": 2})
    ended, _ = company_after([note_denial(), note_stage("denied")], resubmitted)
    assert (ended.application.status, ended.progress and ended.progress.stage) == ("preparing", "denied")


def test_of_a_review_the_advice_alone_is_kept() -> None:
    assert after(note_advice("Fence it."), life="under_review").advice == (
        Advice(division_id=YARD, requirement_id="CS-02", text="Fence it."),
        Advice(document_id=documents()[0].document_id, text="Fence it."),
    )
    assert COMPANIES.decide(note_advice(None), company_in("under_review")) == ()


def test_advice_stands_through_a_return_until_the_next_review() -> None:
    advised = (note_advice("Fence it."), note_return(), reply(), submit())
    resubmitted = after(*advised, life="under_review")
    assert resubmitted.advice == after(note_advice("Fence it."), life="under_review").advice
    assert COMPANIES.decide(note_advice("Light it."), resubmitted) == ()
    for text in ("Light it.", None):
        again = note_advice(text, submission=2)
        assert COMPANIES.decide(again, resubmitted) == (
            AdviceNoted(advice=company_after([again], resubmitted)[0].advice),
        )


@pytest.mark.parametrize("ended", [note_denial(), note_stage("withdrawn")])
def test_advice_outlives_the_application_that_it_is_about_and_ends_with_the_next(ended: CompanyCommand) -> None:
    advised = after(note_advice(), ended, life="under_review")
    assert advised.advice
    assert company_after([submit()], advised)[0].advice == ()


def test_a_return_brings_the_questions() -> None:
    returned = company_in("returned").application
    assert isinstance(returned, Returned)
    assert [question.requirement_id for question in returned.questions] == ["CS-01"]
    assert COMPANIES.decide(note_return(), company_in("returned")) == ()
    assert COMPANIES.decide(note_return(), company_in("complete")) == ()
    assert COMPANIES.decide(note_return(), company_in("denied")) == ()


def test_a_return_that_crosses_a_withdrawal_is_recorded_only() -> None:
    withdrawing = company_in("withdrawing")
    state, facts = company_after([note_return()], withdrawing)
    assert [type(fact) for fact in facts] == [ReturnReceived]
    assert state == withdrawing


@pytest.mark.parametrize("life", EVERY_LIFE)
def test_the_membership_is_mirrored_as_published(life: str) -> None:
    mirrored = membership("suspended")
    assert after(note_membership("suspended"), life=life).membership == Membership.model_validate(dict(mirrored))


@pytest.mark.parametrize(
    "command", [note_advice(), note_approval(), note_denial(), note_stage("approved"), note_membership("active")]
)
def test_consuming_it_again_changes_nothing(command: CompanyCommand) -> None:
    once = after(command, life="under_review")
    assert COMPANIES.decide(command, once) == ()


# --- the law of interleaving (programme 1.6) ---------------------------------------------------------------


def outcome(company: Company) -> tuple[object, ...]:
    """What must not depend on the order in which publishers are consumed."""
    stage = company.progress and company.progress.stage
    declared = company.declared and company.declared.profile
    courses = (
        company.application.status,
        company.applications,
        company.submission,
        company.advice,
        stage,
        company.outcome,
    )
    return *courses, company.membership, company.leaving_since, declared


MOVED = change_profile(address=address("77 Heron Road"))
CASE = (
    note_advice(),
    note_stage("risk_assessment"),
    note_stage("site_validation"),
    note_stage("decision"),
    note_approval(),
    note_stage("approved"),
)
MEMBERSHIP = (note_membership("active"), note_membership("suspended"), note_membership("active"))
SECOND = uuid5(COMPANY, "application/2")
SECOND_CASE = (
    note_advice(application=SECOND),
    note_stage("decision", application=SECOND),
    note_approval(application=SECOND),
    note_stage("approved", application=SECOND),
)
SECOND_MEMBERSHIP = (note_membership("active", SECOND), note_membership("cancelled", SECOND))


@pytest.mark.parametrize("life", ["under_review", "withdrawing"])
@given(order=interleavings(CASE, MEMBERSHIP))
def test_case_and_membership_are_consumed_in_any_order(life: str, order: tuple[CompanyCommand, ...]) -> None:
    before, _ = company_after([MOVED], company_in(life))
    assert outcome(company_after(order, before)[0]) == outcome(company_after((*CASE, *MEMBERSHIP), before)[0])


@given(interleavings(SECOND_CASE, SECOND_MEMBERSHIP))
def test_a_second_application_is_consumed_beside_the_membership_it_leads_to(order: tuple[CompanyCommand, ...]) -> None:
    before, _ = company_after([submit()], company_in("left"))
    assert outcome(company_after(order, before)[0]) == outcome(
        company_after((*SECOND_CASE, *SECOND_MEMBERSHIP), before)[0]
    )
