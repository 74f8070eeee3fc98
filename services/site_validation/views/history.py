"""What happened in a validation: its journalled facts as officers read them, the newest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.site_validation.domain.validation import ValidationFact, actions, collecting, concluding, findings, visits
from services.site_validation.views.validations import Validations
from shared.contracts.types import RiskOutcome, ValidationOutcome
from shared.model import Json
from shared.store.journal import Entry, Journal

READ_AT_ONCE = 2_000


@dataclass(frozen=True)
class Wording:
    """The key of the words for a fact, with the day, the number or the term in them, and what a person has written."""

    key: str
    day: date | None = None
    number: int | None = None
    term: RiskOutcome | ValidationOutcome | None = None
    text: str | None = None


@dataclass(frozen=True)
class Happening:
    """One line: what happened, when, and who did it: its reader, or a person in a role."""

    wording: Wording
    at: datetime
    by: str
    subject: str


async def history(
    validations: Validations, journal: Journal, application_id: UUID, reader: str
) -> tuple[Happening, ...]:
    """Everything that happened, as far as it is journalled."""
    decider = validations.decider
    entries = await journal.latest(decider.source, str(application_id), None, READ_AT_ONCE)
    return happenings(((entry, decider.fact(entry.fact)) for entry in reversed(entries)), reader)


def happenings(journalled: Iterable[tuple[Entry, ValidationFact]], reader: str) -> tuple[Happening, ...]:
    """From facts in order."""
    words = _Words()
    lines = [Happening(words.of(fact), entry.at, *_doer(entry.actor, reader)) for entry, fact in journalled]
    return tuple(reversed(lines))


def _doer(actor: Json, reader: str) -> tuple[str, str]:
    subject = actor["subject"]
    return "you" if subject == reader else actor["role"], subject


@dataclass
class _Words:
    """Finds the words for facts in order. `days`: those of the visits, which facts about them leave out."""

    days: dict[UUID, date] = field(default_factory=dict)

    def of(self, fact: ValidationFact) -> Wording:
        match fact:
            case visits.AnotherDayAsked():
                return Wording(fact.kind, self._day(fact), text=fact.reason)
            case visits.VisitFact():
                return Wording(fact.kind, self._day(fact))
            case collecting.ProfileCollected():
                return Wording(fact.kind, number=fact.package.submission)
            case collecting.RiskNoted():
                return Wording(fact.kind, term=fact.risk.outcome)
            case findings.FindingRecorded(observation=observation):
                return Wording(f"{fact.kind}_{observation.kind}", observation.due_on, text=observation.text)
            case actions.ResponseGiven():
                return Wording(fact.kind, text=fact.response.text)
            case actions.ResponseRejected():
                return Wording(fact.kind, fact.rejection.due_on, text=fact.rejection.text)
            case actions.FindingOverdue():
                return Wording(fact.kind, fact.due_on)
            case concluding.ValidationConcluded():
                return Wording(fact.kind, term=fact.outcome, text=fact.reason)
            case _:
                return Wording(fact.kind)

    def _day(self, fact: visits.AnyVisitFact) -> date:
        """The day that the visit has from now on."""
        match fact:
            case visits.VisitPlanned():
                self.days[fact.visit_id] = fact.plan.on
            case visits.VisitMoved():
                self.days[fact.visit_id] = fact.on
            case visits.VisitHeld():
                self.days[fact.visit_id] = fact.held_on
        return self.days[fact.visit_id]
