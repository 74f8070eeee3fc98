"""The case: one application's way from its package to a decision (programme 3.2).

One module per part of its life; the progress that its company follows is published here.
"""

from functools import partial, reduce
from typing import Annotated, Literal, assert_never

from pydantic import Field, TypeAdapter

from services.review.domain.case import clock, closing, judging, opening, questions, results
from services.review.domain.case.consumed import Visit
from services.review.domain.case.earlier import FACT_UPCASTERS, STATE_UPCASTERS
from services.review.domain.case.state import Absent, Case, Dossier, State, noted, stage_of
from shared.contracts.event import Outgoing
from shared.contracts.review import ApplicationProgressed, CaseEvent, Clock, VisitSummary
from shared.contracts.types import Stage
from shared.decider import Decider, Fact, Refusals, Tick
from shared.model import Moment


class StageChanged(Fact):
    """The stage, the clock or the visits are not what the company last saw."""

    kind: Literal["stage_changed"] = "stage_changed"
    stage: Stage
    since: Moment


CaseCommand = (
    opening.OpeningCommand
    | judging.JudgingCommand
    | questions.QuestionCommand
    | clock.ClockCommand
    | results.ResultCommand
    | closing.ClosingCommand
)
CaseFact = (
    opening.OpeningFact
    | judging.JudgingFact
    | questions.QuestionFact
    | clock.ClockFact
    | results.ResultFact
    | closing.ClosingFact
    | StageChanged
)


def decider(musts: frozenset[str], standard_days: int) -> Decider[CaseCommand, State, CaseFact]:
    """`musts`: ids of the requirements that must be met; `standard_days`: business days in which a case is decided."""
    return Decider(
        collection="cases",
        source=CaseEvent.SOURCE,
        absent=Absent(),
        states=TypeAdapter(Annotated[State, Field(discriminator="status")]),
        facts=TypeAdapter(Annotated[CaseFact, Field(discriminator="kind")]),
        decide=partial(decide, musts=musts, standard_days=standard_days),
        evolve=evolve,
        refuses=REFUSES,
        publish=publish,
        due=clock.due,
        fact_upcasters=FACT_UPCASTERS,
        state_upcasters=STATE_UPCASTERS,
    )


REFUSES: Refusals = {
    **opening.REFUSES,
    **judging.REFUSES,
    **questions.REFUSES,
    **clock.REFUSES,
    **closing.REFUSES,
}


def decide(command: CaseCommand, state: State, musts: frozenset[str], standard_days: int) -> tuple[CaseFact, ...]:
    facts = _decided(command, state, musts, standard_days)
    return facts + _progress(state, reduce(evolve, facts, state), command.at)


def _decided(command: CaseCommand, state: State, musts: frozenset[str], standard_days: int) -> tuple[CaseFact, ...]:
    match command:
        case opening.Receive():
            return opening.receive(command, state, standard_days)
        case opening.Assign():
            return opening.assign(command, state)
        case judging.JudgeRequirement():
            return judging.judge_requirement(command, state)
        case judging.JudgeDocument():
            return judging.judge_document(command, state)
        case judging.ConcludeReview():
            return judging.conclude(command, state, musts)
        case questions.AskQuestion():
            return questions.ask(command, state)
        case questions.DropQuestion():
            return questions.drop(command, state)
        case questions.Return():
            return questions.return_case(command, state)
        case clock.PauseClock():
            return clock.pause(command, state)
        case clock.ResumeClock():
            return clock.resume(command, state)
        case Tick():
            return clock.tick(command, state)
        case results.NoteRisk():
            return results.note_risk(command, state)
        case results.NoteVisits():
            return results.note_visits(command, state)
        case results.NoteValidation():
            return results.note_validation(command, state)
        case closing.Approve():
            return closing.approve(command, state)
        case closing.Deny():
            return closing.deny(command, state)
        case closing.CloseWithdrawn():
            return closing.close_withdrawn(command, state)
        case _:
            assert_never(command)


def evolve(state: State, fact: CaseFact) -> State:
    match fact:
        case opening.CaseOpened() | opening.CaseResubmitted() | opening.CaseAssigned():
            return opening.evolve(state, fact)
        case judging.RequirementJudged() | judging.DocumentJudged() | judging.ReviewConcluded():
            return judging.evolve(state, fact)
        case questions.QuestionDrafted() | questions.QuestionDropped() | questions.CaseReturned():
            return questions.evolve(state, fact)
        case clock.ClockPaused() | clock.ClockResumed() | clock.ServiceStandardMissed() | clock.AnswerOverdue():
            return clock.evolve(state, fact)
        case results.RiskNoted() | results.VisitsNoted() | results.ValidationNoted():
            return results.evolve(state, fact)
        case closing.CaseApproved() | closing.CaseDenied() | closing.CaseWithdrawn() | closing.WithdrawalTooLate():
            return closing.evolve(state, fact)
        case StageChanged():
            return state if isinstance(state, Absent) else noted(state, stage_since=fact.since)
        case _:
            assert_never(fact)


def _progress(before: State, after: State, at: Moment) -> tuple[StageChanged, ...]:
    """Comes last in a decision, so that it publishes the final stage, clock and visits."""
    if isinstance(after, Absent) or _course(after) == _course(before):
        return ()
    moved = isinstance(before, Absent) or stage_of(before) != stage_of(after)
    return (StageChanged(stage=stage_of(after), since=at if moved else after.dossier.stage_since),)


def _course(state: State) -> tuple[Stage, Clock, tuple[Visit, ...]] | None:
    return None if isinstance(state, Absent) else (stage_of(state), state.dossier.clock, state.dossier.visits)


def publish(fact: CaseFact, after: State) -> Outgoing | None:
    match fact, after:
        case judging.ReviewConcluded(), Case():
            return judging.reviewed(fact, after.dossier).outgoing()
        case questions.CaseReturned(), Case():
            return questions.returned(fact, after.dossier).outgoing()
        case closing.CaseApproved(), Case():
            return closing.approved(fact, after.dossier).outgoing()
        case closing.CaseDenied(), Case():
            return closing.denied(fact, after.dossier).outgoing()
        case StageChanged(), Case():
            return _progressed(fact, after.dossier).outgoing()
        case _:
            return None


def _progressed(fact: StageChanged, dossier: Dossier) -> ApplicationProgressed:
    return ApplicationProgressed(
        **dict(dossier.application),
        stage=fact.stage,
        since=fact.since,
        clock=dossier.clock,
        visits=tuple(
            VisitSummary(division_ids=visit.division_ids, on=visit.on, state=visit.state) for visit in dossier.visits
        ),
    )
