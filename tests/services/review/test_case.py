"""The life of a case in its details; what happens in which status stands in `test_case_table`."""

from datetime import UTC, date, datetime

import pytest

from services.review.domain import case
from services.review.domain.case import StageChanged
from services.review.domain.case.clock import ClockResumed
from services.review.domain.case.closing import Approve, CaseApproved, CaseWithdrawn
from services.review.domain.case.consumed import Package, RiskResult, ValidationResult, Visit
from services.review.domain.case.opening import CaseAssigned, CaseOpened, CaseResubmitted
from services.review.domain.case.questions import SEE_QUESTIONS
from services.review.domain.case.results import RiskNoted, ValidationNoted, VisitsNoted
from services.review.domain.case.state import DecisionPending, State, UnderReview
from shared.contracts.review import Clock, Pause
from tests.support.builders.deciding import given, live
from tests.support.builders.packages import SUBMITTED_AT, TERMINAL, YARD
from tests.support.builders.review import (
    AGAIN_AT,
    AT,
    CASES,
    COLLEAGUE,
    DECISION_OFFICER,
    LIVES,
    MUST,
    OPEN,
    OTHER_DOCUMENT,
    PACKAGE,
    SHOULD,
    UNDER_REVIEW,
    answer,
    approve,
    ask,
    assign,
    case_in,
    close_withdrawn,
    dossier_of,
    judge,
    judge_document,
    kept,
    note_risk,
    note_validation,
    note_visits,
    receive,
    resubmit,
    return_case,
    risk_assessed,
    site_validated,
    small_package,
    visit,
)

CLOCK = Clock(started_on=date(2026, 1, 5), standard_days=180)
CONSUMED = (
    receive(),
    resubmit(),
    note_risk(),
    note_risk("unacceptable"),
    note_visits(),
    note_validation(),
    note_validation("failed"),
    note_validation("waived"),
    close_withdrawn(),
)


def in_status(*lives: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("state", [case_in(life) for life in lives], ids=lives)


# --- opening --------------------------------------------------------------------------------------


def test_the_first_package_opens_the_case_and_starts_the_clock() -> None:
    opened = CASES.decide(receive(), given(CASES))
    assert opened == (
        CaseOpened(package=kept(Package, PACKAGE), clock=CLOCK),
        StageChanged(stage="under_review", since=SUBMITTED_AT),
    )


def test_the_clock_starts_on_the_day_in_ontario() -> None:
    late = small_package(submitted_at=datetime(2026, 1, 6, 3, tzinfo=UTC))
    opened, _ = CASES.decide(receive(late), given(CASES))
    assert isinstance(opened, CaseOpened)
    assert opened.clock == CLOCK


def test_a_resubmission_goes_on_with_review_and_clock() -> None:
    package = small_package(submission=2, submitted_at=AGAIN_AT)
    assert CASES.decide(receive(package), case_in("returned")) == (
        CaseResubmitted(package=kept(Package, package)),
        ClockResumed(on=date(2026, 2, 20)),
        StageChanged(stage="under_review", since=AGAIN_AT),
    )
    state, _ = live(CASES, (receive(package),), case_in("returned"))
    assert isinstance(state, UnderReview)
    assert state.dossier.package == kept(Package, package)
    assert state.dossier.clock.pauses == (
        Pause(since=date(2026, 2, 9), until=date(2026, 2, 20), code="returned", text=SEE_QUESTIONS),
    )


def test_a_resubmission_keeps_the_judgements_of_unchanged_answers_and_documents() -> None:
    yard, terminal = PACKAGE.divisions
    first, *others = yard.answers
    better = yard.model_copy(update={"answers": (first.model_copy(update={"text": "A new fence stands."}), *others)})
    package = small_package(submission=2, divisions=(better, terminal), documents=PACKAGE.documents[1:])
    answers = judge(), judge(requirement=SHOULD), judge(division=TERMINAL)
    documents = judge_document(), judge_document(document=OTHER_DOCUMENT)
    dossier = dossier_of(live(CASES, (*UNDER_REVIEW, *answers, *documents, ask(), return_case(), receive(package)))[0])
    assert [judgement.answer for judgement in dossier.answers] == [answer(YARD, SHOULD), answer(TERMINAL, MUST)]
    assert [judgement.document_id for judgement in dossier.documents] == [OTHER_DOCUMENT]


def test_an_answer_with_other_evidence_is_judged_anew() -> None:
    yard, terminal = PACKAGE.divisions
    first, second = yard.answers
    other = yard.model_copy(update={"answers": (first.model_copy(update={"evidence": (OTHER_DOCUMENT,)}), second)})
    before = (*UNDER_REVIEW, judge(), judge(requirement=SHOULD), ask(), return_case())
    dossier = dossier_of(live(CASES, (*before, resubmit(divisions=(other, terminal))))[0])
    assert [judgement.answer for judgement in dossier.answers] == [answer(YARD, SHOULD)]


def test_a_resubmission_is_assessed_and_validated_anew() -> None:
    dossier = dossier_of(live(CASES, (ask(), return_case(), resubmit()), case_in("pending_failed"))[0])
    assert (dossier.risk, dossier.validation, dossier.visits) == (None, None, ())


@in_status(*OPEN)
def test_an_open_case_is_assigned_to_anybody(state: State) -> None:
    assert CASES.decide(assign(COLLEAGUE), state) == (CaseAssigned(officer=COLLEAGUE.subject),)


def test_assigning_again_to_the_same_officer_changes_nothing() -> None:
    assert CASES.decide(assign(), case_in("under_review")) == ()


# --- results --------------------------------------------------------------------------------------


def test_an_unacceptable_risk_waits_for_an_officer() -> None:
    state = case_in("pending_on_risk")
    assert isinstance(state, DecisionPending)
    assert state.basis == "risk"


@pytest.mark.parametrize("outcome", ["passed", "failed", "waived"])
def test_a_concluded_validation_waits_for_the_decision(outcome: str) -> None:
    state = case_in(f"pending_{outcome}")
    assert isinstance(state, DecisionPending)
    assert state.basis == outcome


def test_a_validation_that_overtook_the_risk_is_kept_and_then_applied() -> None:
    state, facts = live(CASES, (note_validation(), note_risk()), case_in("risk_assessment"))
    assert facts == (
        ValidationNoted(validation=kept(ValidationResult, site_validated())),
        RiskNoted(risk=kept(RiskResult, risk_assessed())),
        StageChanged(stage="decision", since=AT),
    )
    assert state == case_in("pending_passed")


@pytest.mark.parametrize("command", [note_risk(submission=2), note_validation(submission=2), note_visits(submission=2)])
@in_status("risk_assessment", "site_validation")
def test_results_of_another_submission_are_ignored(command: case.CaseCommand, state: State) -> None:
    assert CASES.decide(command, state) == ()


@in_status(*OPEN)
def test_visits_are_replaced_while_the_case_is_open_and_the_stage_stays(state: State) -> None:
    noted, changed = CASES.decide(note_visits(), state)
    assert noted == VisitsNoted(visits=(kept(Visit, visit("planned")),))
    assert isinstance(changed, StageChanged)
    assert changed.since == dossier_of(state).stage_since


def test_the_same_visits_again_change_nothing() -> None:
    state, _ = live(CASES, (note_visits(),), case_in("site_validation"))
    assert CASES.decide(note_visits(), state) == ()


# --- closing --------------------------------------------------------------------------------------


def test_a_validated_company_is_approved() -> None:
    assert CASES.decide(approve(), case_in("pending_passed")) == (
        CaseApproved(approved_on=AT.date(), validated_on=date(2026, 3, 4)),
        StageChanged(stage="approved", since=AT),
    )
    assert dossier_of(case_in("approved")).clock.stopped_on == AT.date()


def test_an_approval_after_a_waiver_names_no_day_of_validation() -> None:
    approved, _ = CASES.decide(approve(), case_in("pending_waived"))
    assert approved == CaseApproved(approved_on=AT.date(), validated_on=None)


def test_an_approval_has_the_day_in_ontario() -> None:
    midnight = Approve(at=datetime(2026, 2, 4, 3, tzinfo=UTC), actor=DECISION_OFFICER)
    approved, _ = CASES.decide(midnight, case_in("pending_passed"))
    assert approved == CaseApproved(approved_on=date(2026, 2, 3), validated_on=date(2026, 3, 4))


@in_status(*OPEN)
def test_a_withdrawal_closes_any_open_case(state: State) -> None:
    assert CASES.decide(close_withdrawn(), state) == (
        CaseWithdrawn(withdrawn_on=AT.date()),
        StageChanged(stage="withdrawn", since=AT),
    )


# --- every command --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", CONSUMED, ids=lambda command: command.kind)
@in_status(*LIVES)
def test_what_is_consumed_is_never_refused_and_never_counts_twice(state: State, command: case.CaseCommand) -> None:
    after, _ = live(CASES, (command,), state)
    assert CASES.decide(command, after) == ()
