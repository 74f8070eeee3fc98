"""What a company takes back: its application, and its membership; review has the last word on both."""

import pytest
from hypothesis import given

from services.intake.domain.company import CompanyCommand
from services.intake.domain.company.leaving import LeaveProgramme, LeavingRequested, Withdraw, WithdrawalRequested
from shared.contracts.intake import ApplicationWithdrawn, ProgrammeLeft
from tests.support.builders.deciding import refusal
from tests.support.builders.intake import (
    AT,
    COMPANIES,
    asked,
    company_after,
    company_in,
    days_later,
    note_approval,
    note_denial,
    note_membership,
    note_return,
    note_stage,
    reply,
    submit,
)
from tests.support.builders.interleaving import interleavings
from tests.support.builders.packages import COMPANY
from tests.support.builders.review_messages import APPLICATION

WITHDRAW, LEAVE = asked(Withdraw), asked(LeaveProgramme)


@pytest.mark.parametrize(("given_", "submission"), [((), 1), ((note_return(), reply(), submit()), 2)])
def test_a_withdrawal_names_the_submission_that_is_taken_back(
    given_: tuple[CompanyCommand, ...], submission: int
) -> None:
    before, _ = company_after(given_, company_in("under_review"))
    after, facts = company_after([WITHDRAW, WITHDRAW], before)
    assert (after.application.status, facts) == ("withdrawing", (WithdrawalRequested(withdrawn_at=AT),))
    outgoing = COMPANIES.publish(facts[0], after)
    assert outgoing is not None
    assert outgoing.topic == "pip.application"
    assert ApplicationWithdrawn.read(outgoing.body or "") == ApplicationWithdrawn(
        company_id=COMPANY, application_id=APPLICATION, submission=submission, withdrawn_at=AT
    )


def test_a_withdrawn_application_may_be_followed_by_another() -> None:
    closed, _ = company_after([note_stage("withdrawn")], company_in("withdrawing"))
    assert (closed.application.status, closed.outcome) == ("preparing", None)
    again, _ = company_after([submit()], closed)
    assert (again.applications, again.submission) == (2, 1)


@pytest.mark.parametrize("decided", [note_approval(), note_denial()])
def test_the_company_is_notified_that_its_withdrawal_came_too_late(decided: CompanyCommand) -> None:
    late, _ = company_after([decided, decided], company_in("withdrawing"))
    assert (late.application.status, late.outcome and late.outcome.withdrawal_too_late) == ("preparing", True)
    in_time, _ = company_after([decided], company_in("under_review"))
    assert in_time.outcome
    assert not in_time.outcome.withdrawal_too_late


@given(interleavings((note_approval(), note_stage("approved")), (note_membership("active"),)))
def test_a_late_withdrawal_ends_alike_in_whatever_order_it_is_consumed(order: tuple[CompanyCommand, ...]) -> None:
    after, _ = company_after(order, company_in("withdrawing"))
    shown = (
        after.application.status,
        after.progress and after.progress.stage,
        after.outcome and after.outcome.withdrawal_too_late,
    )
    assert (shown, after.is_member) == (("preparing", "approved", True), True)


@pytest.mark.parametrize("life", ["member", "suspended"])
def test_a_member_leaves_once_and_stays_one_until_review_ends_the_membership(life: str) -> None:
    after, facts = company_after([LEAVE, asked(LeaveProgramme, at=days_later(1))], company_in(life))
    assert (facts, after.leaving_since, after.is_member) == ((LeavingRequested(left_at=AT),), AT, True)
    outgoing = COMPANIES.publish(facts[0], after)
    assert outgoing is not None
    assert outgoing.topic == "pip.intake"
    assert ProgrammeLeft.read(outgoing.body or "") == ProgrammeLeft(company_id=COMPANY, left_at=AT)


@pytest.mark.parametrize("end", ["withdrawn", "cancelled"])
def test_the_end_of_the_membership_ends_the_leaving(end: str) -> None:
    crossing = (note_membership("suspended"), note_membership("withdrawn" if end == "withdrawn" else "cancelled"))
    left, _ = company_after((LEAVE, *crossing), company_in("member"))
    assert (left.leaving_since, left.is_member) == (None, False)
    assert refusal(COMPANIES, LEAVE, left) == "not_a_member"


def test_a_member_again_may_leave_again() -> None:
    again, _ = company_after([LEAVE, note_membership("withdrawn"), note_membership("active")], company_in("member"))
    assert [type(fact) for fact in company_after([LEAVE], again)[1]] == [LeavingRequested]


@pytest.mark.parametrize("life", ["complete", "under_review", "approved", "left"])
def test_who_is_no_member_does_not_leave(life: str) -> None:
    assert refusal(COMPANIES, LEAVE, company_in(life)) == "not_a_member"
