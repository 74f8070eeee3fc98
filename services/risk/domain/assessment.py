"""The risk assessment of one application: scored once facts and review are there, decided by policy or an officer.

Pure: no clock, no ids, no I/O. An adverse result denies nothing: the case waits for an officer (programme 3.4).
"""

from functools import partial, reduce
from typing import Annotated, Literal, assert_never

from pydantic import Field, TypeAdapter

from services.risk.domain.consumed import FACT_UPCASTERS, STATE_UPCASTERS, Declared, Review
from services.risk.domain.policy import Policy, in_force
from services.risk.domain.rules import Score, Weighed, score
from shared.contracts.event import Application, Outgoing
from shared.contracts.risk import RiskAssessed
from shared.contracts.types import FreeText, RiskOutcome, Verdict
from shared.decider import AggregateState, Command, Decider, Fact, Refusals
from shared.errors import Refused
from shared.model import Model, Moment


class Ruling(Model):
    """What an officer decides of a referred assessment, and why."""

    outcome: RiskOutcome
    reason: FreeText


class Decision(Model):
    """What was decided, by whom and when; the reason is an officer's."""

    outcome: RiskOutcome
    decided_by: Literal["policy", "officer"]
    reason: FreeText | None = None
    decided_at: Moment


# --- what may be asked ---------------------------------------------------------------------------


class CollectFacts(Command):
    kind: Literal["collect_facts"] = "collect_facts"
    application: Application
    declared: Declared


class NoteReview(Command):
    kind: Literal["note_review"] = "note_review"
    application: Application
    outcome: Literal["meets", "does_not_meet"]
    review: Review


class Decide(Command):
    kind: Literal["decide"] = "decide"
    ruling: Ruling


class Close(Command):
    kind: Literal["close"] = "close"
    application: Application


AssessmentCommand = CollectFacts | NoteReview | Decide | Close

# --- what has happened ---------------------------------------------------------------------------


class FactsCollected(Fact):
    kind: Literal["facts_collected"] = "facts_collected"
    application: Application
    declared: Declared


class ReviewNoted(Fact):
    v: int = 2
    kind: Literal["review_noted"] = "review_noted"
    application: Application
    review: Review


class RiskScored(Fact):
    """`recommended`: verdicts on recommended measures that were weighed; older scores have none."""

    kind: Literal["risk_scored"] = "risk_scored"
    score: Score
    recommended: tuple[Verdict, ...] = ()


class RiskDecided(Fact):
    kind: Literal["risk_decided"] = "risk_decided"
    decision: Decision


class AssessmentClosed(Fact):
    kind: Literal["assessment_closed"] = "assessment_closed"
    application: Application


AssessmentFact = FactsCollected | ReviewNoted | RiskScored | RiskDecided | AssessmentClosed

# --- what is true now ----------------------------------------------------------------------------


class Absent(AggregateState):
    status: Literal["absent"] = "absent"


class Collecting(AggregateState):
    """What has been heard of the newest submission."""

    v: int = 2
    status: Literal["collecting"] = "collecting"
    application: Application
    declared: Declared | None = None
    review: Review | None = None


class Scored(Weighed, AggregateState):
    """What was weighed, and the score; it can be weighed again by another policy."""

    application: Application
    score: Score


class Referred(Scored):
    status: Literal["referred"] = "referred"


class Assessed(Scored):
    status: Literal["assessed"] = "assessed"
    decision: Decision


class Closed(AggregateState):
    status: Literal["closed"] = "closed"
    application: Application


State = Absent | Collecting | Referred | Assessed | Closed


def decider(
    policies: tuple[Policy, ...], recommended: frozenset[str]
) -> Decider[AssessmentCommand, State, AssessmentFact]:
    """`policies`: all versions by age; `recommended`: ids of the requirements that should, but need not, be met."""
    return Decider(
        collection="assessments",
        source=RiskAssessed.SOURCE,
        absent=Absent(),
        states=TypeAdapter(Annotated[State, Field(discriminator="status")]),
        facts=TypeAdapter(Annotated[AssessmentFact, Field(discriminator="kind")]),
        decide=partial(decide, policies=policies, recommended=recommended),
        evolve=evolve,
        refuses=REFUSES,
        publish=publish,
        fact_upcasters=FACT_UPCASTERS,
        state_upcasters=STATE_UPCASTERS,
    )


# --- decide --------------------------------------------------------------------------------------

REFUSES: Refusals = {Decide: ("not_found", "not_assessed_yet", "already_decided", "assessment_closed")}


def decide(
    command: AssessmentCommand, state: State, policies: tuple[Policy, ...], recommended: frozenset[str]
) -> tuple[AssessmentFact, ...]:
    match command:
        case CollectFacts():
            facts = _heard(FactsCollected(application=command.application, declared=command.declared), state)
        case NoteReview():
            noted = ReviewNoted(application=command.application, review=command.review)
            facts = _heard(noted, state) if command.outcome == "meets" else ()
        case Decide():
            return _decide(command, state)
        case Close():
            return () if isinstance(state, Closed) else (AssessmentClosed(application=command.application),)
        case _:
            assert_never(command)
    return facts + _assess(reduce(evolve, facts, state), command.at, policies, recommended)


def _heard(heard: FactsCollected | ReviewNoted, state: State) -> tuple[AssessmentFact, ...]:
    """Nothing where it changes nothing: an older submission, a repeat, a closed assessment."""
    return () if evolve(state, heard) == state else (heard,)


def _assess(
    state: State, at: Moment, policies: tuple[Policy, ...], recommended: frozenset[str]
) -> tuple[AssessmentFact, ...]:
    """Scores once facts and review are here, and decides by policy; what is neither low nor high waits for an officer.

    The version is that of the day of submission, whenever and in whatever order facts and review are heard.
    """
    if not (isinstance(state, Collecting) and state.declared and state.review):
        return ()
    verdicts = tuple(judged.verdict for judged in state.review.judgements if judged.requirement_id in recommended)
    policy = in_force(policies, state.declared.submitted_on)
    scored = RiskScored(
        score=score(policy, Weighed(declared=state.declared, recommended=verdicts)), recommended=verdicts
    )
    if scored.score.course == "refer":
        return (scored,)
    return scored, RiskDecided(decision=Decision(outcome=scored.score.course, decided_by="policy", decided_at=at))


def _decide(command: Decide, state: State) -> tuple[AssessmentFact, ...]:
    match state:
        case Absent():
            raise Refused("not_found")
        case Collecting():
            raise Refused("not_assessed_yet")
        case Referred():
            ruling = command.ruling
            decision = Decision(
                outcome=ruling.outcome, decided_by="officer", reason=ruling.reason, decided_at=command.at
            )
            return (RiskDecided(decision=decision),)
        case Assessed():
            raise Refused("already_decided")
        case Closed():
            raise Refused("assessment_closed")
        case _:
            assert_never(state)


# --- evolve, publish -----------------------------------------------------------------------------


def evolve(state: State, fact: AssessmentFact) -> State:
    match fact, state:
        case FactsCollected(), _:
            return _collected(state, fact.application, declared=fact.declared)
        case ReviewNoted(), _:
            return _collected(state, fact.application, review=fact.review)
        case RiskScored(), Collecting(declared=Declared() as declared):
            return Referred(
                application=state.application, declared=declared, recommended=fact.recommended, score=fact.score
            )
        case RiskDecided(), Referred():
            return _decided(state, fact.decision)
        case AssessmentClosed(), _:
            return Closed(application=fact.application)
        case _:
            return state


def _decided(state: Referred, decision: Decision) -> Assessed:
    return Assessed(
        application=state.application,
        declared=state.declared,
        recommended=state.recommended,
        score=state.score,
        decision=decision,
    )


def _collected(state: State, application: Application, **heard: object) -> State:
    """The state with what was heard; a newer submission starts over."""
    match state:
        case Closed():
            return state
        case Collecting() if state.application.submission == application.submission:
            return state.model_copy(update=heard)
        case Collecting() | Referred() | Assessed() if state.application.submission >= application.submission:
            return state
        case _:
            return Collecting(application=application).model_copy(update=heard)


def publish(fact: AssessmentFact, after: State) -> Outgoing | None:
    """Others learn what was decided; a referral is our own affair."""
    match fact, after:
        case RiskDecided(), Assessed():
            return _assessed(after).outgoing()
        case _:
            return None


def _assessed(state: Assessed) -> RiskAssessed:
    return RiskAssessed(
        **dict(state.application),
        outcome=state.decision.outcome,
        band=state.score.band,
        score=state.score.score,
        decided_by=state.decision.decided_by,
        reason=state.decision.reason,
        assessed_at=state.decision.decided_at,
        policy_version=state.score.policy_version,
        rules=state.score.rules,
    )
