"""Judging answers and documents, and concluding the review."""

from uuid import UUID

import pytest

from services.review.domain import case
from services.review.domain.case import StageChanged
from services.review.domain.case.judging import (
    DocumentJudged,
    RequirementJudged,
    ReviewConcluded,
    answers_to_judge,
    documents_to_judge,
)
from services.review.domain.case.state import (
    AnswerJudgement,
    DecisionPending,
    DocumentJudgement,
    DocumentOpinion,
    Opinion,
)
from shared.contracts.review import JudgedDocument, Judgement, SecurityProfileReviewed
from shared.contracts.types import Verdict
from tests.support.builders.deciding import live, refusal
from tests.support.builders.packages import TERMINAL, YARD
from tests.support.builders.review import (
    ACCEPTED,
    APPLICATION,
    AT,
    CASES,
    COLLEAGUE,
    DOCUMENT,
    EVIDENCE,
    LIVES,
    MET,
    MUST,
    OTHER_DOCUMENT,
    PACKAGE,
    REJECTED,
    SHOULD,
    UNDER_REVIEW,
    UNMET,
    answer,
    case_in,
    conclude,
    dossier_of,
    judge,
    judge_all,
    judge_document,
)

NOWHERE = UUID("00000000-0000-4000-8000-00000000dead")
NOT_UNDER_REVIEW = [life for life in LIVES if life not in {"absent", "under_review"}]


def test_an_answer_is_judged() -> None:
    judgement = AnswerJudgement(answer=answer(YARD, MUST), verdict="not_met", advice=UNMET.advice)
    assert CASES.decide(judge(UNMET), case_in("under_review")) == (RequirementJudged(judgement=judgement),)


def test_a_document_is_judged() -> None:
    judgement = DocumentJudgement(document_id=DOCUMENT, accepted=False, advice=REJECTED.advice)
    assert CASES.decide(judge_document(REJECTED), case_in("under_review")) == (DocumentJudged(judgement=judgement),)


def test_judging_again_replaces() -> None:
    judgements = (
        judge(UNMET),
        judge(division=TERMINAL),
        judge(MET),
        judge_document(REJECTED),
        judge_document(ACCEPTED),
    )
    dossier = dossier_of(live(CASES, judgements, case_in("under_review"))[0])
    assert {judged.answer: judged.verdict for judged in dossier.answers} == {
        answer(TERMINAL, MUST): "met",
        answer(YARD, MUST): "met",
    }
    assert [judged.accepted for judged in dossier.documents] == [True]


@pytest.mark.parametrize("command", [judge(UNMET), judge_document(REJECTED)], ids=lambda command: command.kind)
def test_the_same_judgement_again_changes_nothing(command: case.CaseCommand) -> None:
    state, _ = live(CASES, (command,), case_in("under_review"))
    assert CASES.decide(command, state) == ()


@pytest.mark.parametrize("reason", ["advice", "note"])
@pytest.mark.parametrize("verdict", ["not_met", "not_applicable"])
def test_a_reason_is_advice_or_a_note(verdict: Verdict, reason: str) -> None:
    opinion = Opinion.model_validate({"verdict": verdict, reason: "As seen in the plan."})
    assert refusal(CASES, judge(opinion), case_in("under_review")) == ""


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (judge(actor=COLLEAGUE), "not_your_case"),
        (judge_document(actor=COLLEAGUE), "not_your_case"),
        (conclude(actor=COLLEAGUE), "not_your_case"),
        (judge(division=NOWHERE), "unknown_answer"),
        (judge(requirement="XX-99"), "unknown_answer"),
        (judge_document(document=NOWHERE), "unknown_document"),
        (judge_document(document=EVIDENCE), "unknown_document"),
        (judge(Opinion(verdict="not_met")), "reason_required"),
        (judge(Opinion(verdict="not_applicable")), "reason_required"),
        (judge_document(DocumentOpinion(accepted=False)), "reason_required"),
        (conclude(), "not_all_judged"),
        (conclude("does_not_meet"), "not_all_judged"),
    ],
)
def test_refused(command: case.CaseCommand, code: str) -> None:
    assert refusal(CASES, command, case_in("under_review")) == code


@pytest.mark.parametrize("command", [judge(), judge_document(), conclude()], ids=lambda command: command.kind)
@pytest.mark.parametrize("life", NOT_UNDER_REVIEW)
def test_judged_is_only_what_is_under_review(life: str, command: case.CaseCommand) -> None:
    assert refusal(CASES, command, case_in(life)) == "not_under_review"


@pytest.mark.parametrize("left_out", judge_all(), ids=lambda command: command.kind)
def test_one_judgement_missing_is_not_all_judged(left_out: case.CaseCommand) -> None:
    state, _ = live(CASES, (command for command in judge_all() if command != left_out), case_in("under_review"))
    assert refusal(CASES, conclude(), state) == "not_all_judged"


@pytest.mark.parametrize(
    ("last_judgement", "code"),
    [
        (judge(UNMET), "must_not_met"),
        (judge(UNMET, requirement=SHOULD), ""),
        (judge(Opinion(verdict="not_applicable", note="No gate at all.")), ""),
        (judge_document(REJECTED), "document_not_accepted"),
    ],
)
def test_a_review_meets_if_every_must_is_met_and_every_document_accepted(
    last_judgement: case.CaseCommand, code: str
) -> None:
    state, _ = live(CASES, (*judge_all(), last_judgement), case_in("under_review"))
    assert refusal(CASES, conclude(), state) == code
    assert refusal(CASES, conclude("does_not_meet"), state) == ""


def test_a_review_that_meets_leads_to_the_risk_assessment() -> None:
    state, _ = live(CASES, judge_all(), case_in("under_review"))
    assert CASES.decide(conclude(), state) == (
        ReviewConcluded(outcome="meets", concluded_at=AT),
        StageChanged(stage="risk_assessment", since=AT),
    )


def test_a_review_that_does_not_meet_waits_for_the_decision() -> None:
    state = case_in("pending_on_profile")
    assert isinstance(state, DecisionPending)
    assert state.basis == "profile"


def test_what_is_to_judge_is_every_answer_and_required_document() -> None:
    dossier = dossier_of(live(CASES, (*UNDER_REVIEW, judge(), judge_document()))[0])
    assert answers_to_judge(dossier) == (answer(YARD, SHOULD), answer(TERMINAL, MUST), answer(TERMINAL, SHOULD))
    assert documents_to_judge(dossier) == (OTHER_DOCUMENT,)


def test_the_others_learn_every_judgement_and_no_note() -> None:
    judged = (
        *judge_all(),
        judge(Opinion(verdict="met", advice="Keep it up.", note="Looks hurried.")),
        judge_document(DocumentOpinion(accepted=True, advice="Sign it every year.", note="The ink looks hurried.")),
        conclude(),
    )
    state, facts = live(CASES, judged, case_in("under_review"))
    outgoing = CASES.publish(facts[-2], state)
    assert outgoing is not None
    body = outgoing.body or ""
    assert "hurried" not in body
    assert SecurityProfileReviewed.read(body) == SecurityProfileReviewed(
        company_id=PACKAGE.company_id,
        application_id=APPLICATION,
        submission=1,
        outcome="meets",
        judgements=(
            Judgement(division_id=YARD, requirement_id=SHOULD, verdict="met"),
            Judgement(division_id=TERMINAL, requirement_id=MUST, verdict="met"),
            Judgement(division_id=TERMINAL, requirement_id=SHOULD, verdict="met"),
            Judgement(division_id=YARD, requirement_id=MUST, verdict="met", advice="Keep it up."),
        ),
        documents=(
            JudgedDocument(document_id=OTHER_DOCUMENT, accepted=True),
            JudgedDocument(document_id=DOCUMENT, accepted=True, advice="Sign it every year."),
        ),
        concluded_at=AT,
    )
