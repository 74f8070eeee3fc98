"""The risk assessment of one application (programme 3.4).

It is scored once facts and review are there, and decided by the policy or by an officer. An adverse result denies
nothing: the case waits for an officer. One module per part of its life.
"""

from functools import partial, reduce
from typing import Annotated, assert_never

from pydantic import Field, TypeAdapter

from services.risk.domain.assessment import collecting, deciding
from services.risk.domain.assessment.collecting import (
    AssessmentClosed,
    CloseAssessment,
    CollectFacts,
    FactsCollected,
    NoteReview,
    ReviewNoted,
)
from services.risk.domain.assessment.consumed import FACT_UPCASTERS, STATE_UPCASTERS
from services.risk.domain.assessment.deciding import DecideReferral, RiskDecided, RiskScored
from services.risk.domain.assessment.policy import Policy
from services.risk.domain.assessment.state import Absent, Assessed, State
from shared.contracts.event import Outgoing
from shared.contracts.risk import RiskAssessed
from shared.decider import Decider, Refusals

AssessmentCommand = collecting.CollectingCommand | DecideReferral
AssessmentFact = collecting.CollectingFact | deciding.DecidingFact
REFUSES: Refusals = deciding.REFUSES


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


def decide(
    command: AssessmentCommand, state: State, policies: tuple[Policy, ...], recommended: frozenset[str]
) -> tuple[AssessmentFact, ...]:
    match command:
        case CollectFacts() | NoteReview():
            facts = collecting.decide(command, state)
            return (*facts, *deciding.assess(reduce(evolve, facts, state), command.at, policies, recommended))
        case CloseAssessment():
            return collecting.decide(command, state)
        case DecideReferral():
            return deciding.decide(command, state)
        case _:
            assert_never(command)


def evolve(state: State, fact: AssessmentFact) -> State:
    match fact:
        case FactsCollected() | ReviewNoted() | AssessmentClosed():
            return collecting.evolve(state, fact)
        case RiskScored() | RiskDecided():
            return deciding.evolve(state, fact)
        case _:
            assert_never(fact)


def publish(fact: AssessmentFact, after: State) -> Outgoing | None:
    """A decision is published; a referral concerns risk alone."""
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
        decided_by=state.decision.decided_by,
        assessed_at=state.decision.decided_at,
        policy_version=state.score.policy_version,
    )
