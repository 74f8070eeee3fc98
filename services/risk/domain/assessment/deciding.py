"""How an assessment is scored, and decided: by the policy where the score is clear, else by an officer."""

from typing import Literal, assert_never

from services.risk.domain.assessment.consumed import DeclaredFacts
from services.risk.domain.assessment.policy import Policy, in_force
from services.risk.domain.assessment.scoring import Score, Weighed, score
from services.risk.domain.assessment.state import Absent, Assessed, Closed, Collecting, Decision, Referred, State
from shared.contracts.types import FreeText, RiskOutcome, Verdict
from shared.decider import Command, Fact, Refusals
from shared.errors import Refused
from shared.model import Model, Moment


class Ruling(Model):
    """What an officer decides of a referred assessment, and why."""

    outcome: RiskOutcome
    reason: FreeText


class DecideReferral(Command):
    kind: Literal["decide_referral"] = "decide_referral"
    ruling: Ruling


class RiskScored(Fact):
    """`recommended`: verdicts on recommended measures that were weighed; older scores have none."""

    kind: Literal["risk_scored"] = "risk_scored"
    score: Score
    recommended: tuple[Verdict, ...] = ()


class RiskDecided(Fact):
    kind: Literal["risk_decided"] = "risk_decided"
    decision: Decision


DecidingFact = RiskScored | RiskDecided
REFUSES: Refusals = {DecideReferral: ("not_found", "not_assessed_yet", "already_decided", "assessment_closed")}


def decide(command: DecideReferral, state: State) -> tuple[RiskDecided, ...]:
    match state:
        case Absent():
            raise Refused("not_found")
        case Collecting():
            raise Refused("not_assessed_yet")
        case Referred():
            return (RiskDecided(decision=_by_officer(command)),)
        case Assessed():
            raise Refused("already_decided")
        case Closed():
            raise Refused("assessment_closed")
        case _:
            assert_never(state)


def _by_officer(command: DecideReferral) -> Decision:
    return Decision(
        outcome=command.ruling.outcome, decided_by="officer", reason=command.ruling.reason, decided_at=command.at
    )


def assess(
    state: State, at: Moment, policies: tuple[Policy, ...], recommended: frozenset[str]
) -> tuple[DecidingFact, ...]:
    """Scores once facts and review are here, and decides by policy; what is neither low nor high waits for an officer.

    The policy is that of the day of submission, whenever and in whatever order facts and review arrive.
    """
    if not (isinstance(state, Collecting) and state.declared and state.review):
        return ()
    verdicts = tuple(judged.verdict for judged in state.review.judgements if judged.requirement_id in recommended)
    policy = in_force(policies, state.declared.submitted_on)
    scored = score(policy, Weighed(declared=state.declared, recommended=verdicts))
    fact = RiskScored(score=scored, recommended=verdicts)
    if scored.course == "refer":
        return (fact,)
    return fact, RiskDecided(decision=Decision(outcome=scored.course, decided_by="policy", decided_at=at))


def evolve(state: State, fact: DecidingFact) -> State:
    match fact, state:
        case RiskScored(), Collecting(declared=DeclaredFacts() as declared):
            return Referred(
                application=state.application, declared=declared, recommended=fact.recommended, score=fact.score
            )
        case RiskDecided(), Referred():
            return _decided(state, fact.decision)
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
