"""What officers write for each other stays inside: a note is journalled, not published; advice and messages are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.review.domain import case, membership
from services.review.domain.case.state import Denial, DocumentOpinion, Opinion
from services.review.domain.membership.activation import Activate
from services.review.domain.membership.standing import Cancel, Reinstate, Suspend
from services.review.domain.membership.state import MembershipNotice
from shared.contracts.review import SecurityProfileReviewed
from tests.support.builders.deciding import live, messages
from tests.support.builders.review import (
    AT,
    CASES,
    DECISION_OFFICER,
    MEMBERSHIPS,
    SERVICE,
    UNDER_REVIEW,
    approve,
    approved,
    ask,
    close_withdrawn,
    conclude,
    deny,
    judge,
    judge_all,
    judge_document,
    note_risk,
    note_validation,
    resubmit,
    return_case,
)

NOTE, TO_COMPANY = "between officers", "to the company"
STAMP = {"at": AT, "actor": DECISION_OFFICER, "notice": MembershipNotice(message=TO_COMPANY, note=NOTE)}
NOTED: tuple[case.CaseCommand, ...] = (
    judge(Opinion(verdict="met", advice=TO_COMPANY, note=NOTE)),
    judge(Opinion(verdict="not_met", advice=TO_COMPANY, note=NOTE)),
    judge_document(DocumentOpinion(accepted=True, advice=TO_COMPANY, note=NOTE)),
    deny(Denial(grounds=("profile", "no_answer"), message=TO_COMPANY, note=NOTE)),
)
AROUND: tuple[case.CaseCommand, ...] = (
    *judge_all(),
    conclude("meets"),
    conclude("does_not_meet"),
    ask(),
    return_case(),
    resubmit(),
    note_risk(),
    note_validation(),
    approve(),
    close_withdrawn(),
)
LEADING: tuple[membership.MembershipCommand, ...] = (
    Activate(at=AT, actor=SERVICE, approved=approved()),
    Suspend(**STAMP),
    Reinstate(**STAMP),
    Cancel(**STAMP),
)


@settings(deadline=None)
@given(st.lists(st.sampled_from((*NOTED, *AROUND)), max_size=30))
def test_no_note_leaves_a_case(commands: list[case.CaseCommand]) -> None:
    published = messages(CASES, (*UNDER_REVIEW, *commands))
    assert [outgoing.type for outgoing in published if NOTE in outgoing.model_dump_json()] == []


@given(st.lists(st.sampled_from(LEADING), max_size=20))
def test_no_note_leaves_a_membership(commands: list[membership.MembershipCommand]) -> None:
    published = messages(MEMBERSHIPS, commands)
    assert [outgoing.type for outgoing in published if NOTE in outgoing.model_dump_json()] == []


def test_6_16_improvements_are_suggested_while_notes_are_only_journalled() -> None:
    noted = (*UNDER_REVIEW, *judge_all(), *NOTED[:3], conclude("does_not_meet"))
    [body] = (
        published.body for published in messages(CASES, noted) if published.type == SecurityProfileReviewed.type()
    )
    reviewed = SecurityProfileReviewed.read(body or "")
    for judged in (reviewed.judgements, reviewed.documents):
        assert [judgement.advice for judgement in judged if judgement.advice] == [TO_COMPANY]
    assert sum(NOTE in fact.model_dump_json() for fact in live(CASES, noted)[1]) == 3


def test_so_it_is_with_a_denial() -> None:
    denied = (*UNDER_REVIEW, NOTED[-1])
    assert sum(TO_COMPANY in outgoing.model_dump_json() for outgoing in messages(CASES, denied)) == 1
    assert sum(NOTE in fact.model_dump_json() for fact in live(CASES, denied)[1]) == 1


def test_so_it_is_with_a_membership() -> None:
    assert sum(TO_COMPANY in outgoing.model_dump_json() for outgoing in messages(MEMBERSHIPS, LEADING)) == 3
    assert sum(NOTE in fact.model_dump_json() for fact in live(MEMBERSHIPS, LEADING)[1]) == 3
