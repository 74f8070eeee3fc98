"""What officers see of a case and of a membership."""

from datetime import date

import pytest

from services.review.domain.case.state import Opinion, State
from services.review.domain.membership.activation import MembershipActivated
from services.review.domain.membership.profile import ProfileNoted
from services.review.domain.membership.revalidation import RevalidationFellDue
from services.review.domain.membership.standing import MembershipSuspended
from services.review.domain.membership.state import MembershipNotice, Term
from services.review.views.cases import CaseView, case_view
from services.review.views.memberships import membership_view
from shared.contracts import catalogue
from shared.contracts.intake import Contact
from shared.contracts.pip_id import pip_id
from shared.contracts.review import Benefit
from shared.errors import Refused
from tests.support.builders.deciding import given, live
from tests.support.builders.packages import COMPANY, TERMINAL, YARD, address
from tests.support.builders.review import (
    ANSWER_BY,
    APPLICATION,
    AT,
    CASES,
    DENIAL,
    DOCUMENT,
    EVIDENCE,
    LATE,
    LIVES,
    MEMBERSHIPS,
    MUST,
    OFFICER,
    OTHER_DOCUMENT,
    SHOULD,
    UNMET,
    YEAR_LATER,
    answer,
    ask,
    case_in,
    close_withdrawn,
    declaration,
    judge,
    judge_document,
    note_visits,
    question,
    return_case,
    risk_assessed,
    site_validated,
    tick,
    visit,
)

TODAY = date(2026, 2, 3)
SINCE = date(2026, 3, 9)
CONTACT = Contact(
    name="Ada Brisebois", title="Security lead", email="ada@boreal-drayage.example", phone="+1 905 555 0143"
)
ACTIVATED = MembershipActivated(
    term=Term(
        company_id=COMPANY,
        application_id=APPLICATION,
        pip_id=pip_id(str(COMPANY)),
        member_since=SINCE,
        revalidation_due_on=date(2030, 3, 9),
        benefits=(Benefit(code="fast_eligibility", since=SINCE),),
    ),
)
SUSPENDED = MembershipSuspended(on=SINCE, notice=MembershipNotice(message="A seal was broken."))


def seen(state: State) -> CaseView:
    return case_view(state, TODAY, catalogue.load().requirements, "https://intake.example/")


def test_an_officer_sees_what_is_judged_and_what_is_still_to_judge() -> None:
    state, _ = live(CASES, (judge(UNMET), judge_document()), case_in("under_review"))
    view = seen(state)
    assert [
        [answer.judgement and answer.judgement.verdict for answer in division.answers] for division in view.divisions
    ] == [
        ["not_met", None],
        [None, None],
    ]
    assert view.answers_to_judge == (answer(YARD, SHOULD), answer(TERMINAL, MUST), answer(TERMINAL, SHOULD))
    assert view.documents_to_judge == (OTHER_DOCUMENT,)


def test_an_officer_opens_documents_at_intake() -> None:
    documents = {document.document_id: document for document in seen(case_in("under_review")).documents}
    assert documents[DOCUMENT].link == f"https://intake.example/documents/{DOCUMENT}"
    assert (documents[DOCUMENT].required, documents[EVIDENCE].required) == (True, False)


def test_an_officer_reads_the_requirements_that_are_answered_and_no_others() -> None:
    assert {requirement.id for requirement in seen(case_in("under_review")).requirements} == {MUST, SHOULD}


def test_the_clock_is_shown_as_of_today() -> None:
    clock = seen(case_in("under_review")).clock
    assert (clock.started_on, clock.elapsed, clock.due_on) == (date(2026, 1, 5), 21, date(2026, 9, 22))


def test_a_note_is_shown_to_officers() -> None:
    state, _ = live(CASES, (judge(Opinion(verdict="met", note="Looks hurried.")),), case_in("under_review"))
    assert "Looks hurried." in seen(state).model_dump_json()


@pytest.mark.parametrize("life", [life for life in LIVES if life != "absent"])
def test_every_status_is_shown_with_whose_case_it_is(life: str) -> None:
    view = seen(case_in(life))
    assert (view.status, view.assignee, view.application_id) == (case_in(life).status, OFFICER.subject, APPLICATION)


def test_the_decider_sees_what_the_decision_rests_on() -> None:
    state, _ = live(CASES, (note_visits("held"),), case_in("pending_passed"))
    view = seen(state)
    assert (view.stage, view.basis) == ("decision", "passed")
    assert view.model_dump(include={"risk", "visits", "validation"}) == {
        "risk": risk_assessed().model_dump(),
        "visits": (visit("held").model_dump(),),
        "validation": site_validated().model_dump(),
    }


def test_an_officer_sees_drafts_questions_and_until_when_they_are_to_be_answered() -> None:
    drafted, _ = live(CASES, (ask(),), case_in("under_review"))
    assert (seen(drafted).drafts, seen(drafted).questions, seen(drafted).answer_by) == ((question(),), (), None)
    returned, _ = live(CASES, (return_case(), tick(LATE)), drafted)
    view = seen(returned)
    assert (view.drafts, view.questions, view.answer_by, view.answer_overdue) == ((), (question(),), ANSWER_BY, True)


def test_a_missed_service_standard_is_shown() -> None:
    missed, _ = live(CASES, (tick(YEAR_LATER),), case_in("site_validation"))
    assert (seen(case_in("site_validation")).standard_missed, seen(missed).standard_missed) == (False, True)


def test_a_denial_is_shown_as_the_company_reads_it() -> None:
    denial = seen(case_in("denied")).denial
    assert denial is not None
    assert (denial.grounds, denial.message, denial.denied_on) == (DENIAL.grounds, DENIAL.message, LATE.date())
    assert seen(case_in("approved")).denial is None


def test_a_withdrawal_that_came_too_late_is_shown() -> None:
    state, _ = live(CASES, (close_withdrawn(),), case_in("approved"))
    assert (seen(case_in("approved")).withdrawal_too_late, seen(state).withdrawal_too_late) == (False, True)


def test_what_only_messages_mention_is_not_found() -> None:
    with pytest.raises(Refused, match="not_found"):
        seen(case_in("absent"))
    with pytest.raises(Refused, match="not_found"):
        membership_view(given(MEMBERSHIPS, ProfileNoted(declared=declaration())), catalogue.load())


def test_a_member_is_shown_with_its_benefits_in_both_languages_and_its_newest_profile() -> None:
    view = membership_view(
        given(MEMBERSHIPS, ACTIVATED, ProfileNoted(declared=declaration(2, operating_name="Boreal Nord"))),
        catalogue.load(),
    )
    assert [(benefit.code, benefit.since, benefit.name.fr) for benefit in view.benefits] == [
        ("fast_eligibility", SINCE, "Admissibilité au programme Expéditions rapides et sécuritaires (EXPRES)"),
    ]
    assert view.profile is not None
    assert view.profile.operating_name == "Boreal Nord"


def test_an_officer_sees_what_has_changed_in_the_profile_and_when() -> None:
    """Source A2: contact changes after approval (programme 6.3)."""
    moved = declaration(3, contact=CONTACT, address=address("4 Airport Road"))
    noted = (ProfileNoted(declared=declared) for declared in (declaration(1), declaration(2, contact=CONTACT), moved))
    view = membership_view(given(MEMBERSHIPS, ACTIVATED, *noted), catalogue.load())
    assert [(change.declared_at, change.fields) for change in view.changes] == [(AT, ("address",)), (AT, ("contact",))]
    assert [change.before for change in view.changes] == [
        declaration(2, contact=CONTACT).profile,
        declaration(1).profile,
    ]


def test_the_first_declaration_changes_nothing() -> None:
    assert (
        membership_view(given(MEMBERSHIPS, ACTIVATED, ProfileNoted(declared=declaration())), catalogue.load()).changes
        == ()
    )
    assert membership_view(given(MEMBERSHIPS, ACTIVATED), catalogue.load()).changes == ()


def test_a_suspended_member_has_no_benefits() -> None:
    view = membership_view(given(MEMBERSHIPS, ACTIVATED, SUSPENDED, RevalidationFellDue()), catalogue.load())
    assert (view.status, view.benefits, view.revalidation_fell_due) == ("suspended", (), True)
