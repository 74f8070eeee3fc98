"""The validation: site visits, from acceptable risk to outcome (programme 3.5). Pure: no clock, no ids, no I/O.

One module per part of its life; what the case hears of it is told here.
"""

from datetime import datetime
from typing import Annotated, assert_never

from pydantic import Field, TypeAdapter

from services.site_validation.domain.validation import actions, collecting, concluding, findings, visits
from services.site_validation.domain.validation.actions import ActionCommand, ActionFact
from services.site_validation.domain.validation.collecting import Close, CollectProfile, NoteReview, NoteRisk
from services.site_validation.domain.validation.concluding import Conclude, ValidationConcluded, Waive
from services.site_validation.domain.validation.consumed import FACT_UPCASTERS, STATE_UPCASTERS
from services.site_validation.domain.validation.findings import FindingRecorded, RecordFinding
from services.site_validation.domain.validation.state import Absent, Closed, Collecting, Concluded, Dossier, Open, State
from services.site_validation.domain.validation.visits import VisitCommand, VisitFact
from shared.contracts.event import Outgoing
from shared.contracts.site_validation import ReportedFinding, SiteValidated, SiteVisitScheduled, ValidationEvent, Visit
from shared.decider import Decider, Tick
from shared.errors import Refused

ValidationCommand = (
    collecting.CollectingCommand
    | visits.AnyVisitCommand
    | RecordFinding
    | actions.AnyActionCommand
    | concluding.ConcludingCommand
    | Tick
)
ValidationFact = (
    collecting.CollectingFact | visits.AnyVisitFact | FindingRecorded | actions.AnyActionFact | ValidationConcluded
)


def decider() -> Decider[ValidationCommand, State, ValidationFact]:
    return Decider(
        collection="validations",
        source=ValidationEvent.SOURCE,
        absent=Absent(),
        states=TypeAdapter(Annotated[State, Field(discriminator="status")]),
        facts=TypeAdapter(Annotated[ValidationFact, Field(discriminator="kind")]),
        decide=decide,
        evolve=evolve,
        publish=publish,
        due=due,
        fact_upcasters=FACT_UPCASTERS,
        state_upcasters=STATE_UPCASTERS,
    )


def decide(command: ValidationCommand, state: State) -> tuple[ValidationFact, ...]:
    match command:
        case CollectProfile():
            return collecting.collect_profile(command, state)
        case NoteReview():
            return collecting.note_review(command, state)
        case NoteRisk():
            return collecting.note_risk(command, state)
        case Close():
            return collecting.close(command, state)
        case VisitCommand():
            return visits.decide(command, _opened(state))
        case RecordFinding():
            return findings.record(command, _opened(state))
        case ActionCommand():
            return actions.decide(command, _opened(state))
        case Conclude() | Waive():
            return concluding.conclude(command, _opened(state))
        case Tick():
            return actions.overdue(command, state) if isinstance(state, Open) else ()
        case _:
            assert_never(command)


def _opened(state: State) -> Open:
    """The validation, if people may act on it now. Raises Refused."""
    match state:
        case Absent():
            raise Refused("not_found")
        case Collecting():
            raise Refused("risk_not_acceptable_yet")
        case Open():
            return state
        case Concluded():
            raise Refused("already_concluded")
        case Closed():
            raise Refused("validation_closed")
        case _:
            assert_never(state)


def evolve(state: State, fact: ValidationFact) -> State:
    match fact, state:
        case VisitFact(), Open():
            return visits.evolve(state, fact)
        case FindingRecorded(), Open():
            return findings.evolve(state, fact)
        case ActionFact(), Open():
            return actions.evolve(state, fact)
        case ValidationConcluded(), Open():
            return concluding.evolve(state, fact)
        case ((VisitFact() | FindingRecorded() | ActionFact() | ValidationConcluded()), _):
            return state
        case _:
            return collecting.evolve(state, fact)


def publish(fact: ValidationFact, after: State) -> Outgoing | None:
    match fact, after:
        case VisitFact(), Open():
            return _scheduled(after).outgoing()
        case ValidationConcluded(), Concluded():
            return _validated(after).outgoing()
        case _:
            return None


def _scheduled(validation: Open) -> SiteVisitScheduled:
    return SiteVisitScheduled(**dict(validation.application), visits=_visits(validation))


def _validated(validation: Concluded) -> SiteValidated:
    return SiteValidated(
        **dict(validation.application),
        outcome=validation.outcome,
        concluded_on=validation.concluded_on,
        visits=_visits(validation),
        findings=_findings(validation),
        reason=validation.reason,
    )


def _visits(validation: Dossier) -> tuple[Visit, ...]:
    """Without the company's reasons."""
    return tuple(Visit(**visit.model_dump(include=set(Visit.model_fields))) for visit in validation.visits)


def _findings(validation: Dossier) -> tuple[ReportedFinding, ...]:
    """Without the officers' notes, and without what was written about required actions."""
    return tuple(
        ReportedFinding(**finding.model_dump(include=set(ReportedFinding.model_fields)))
        for finding in validation.findings
    )


def due(state: State) -> datetime | None:
    """When a required action will be overdue."""
    return actions.due(state) if isinstance(state, Open) else None
