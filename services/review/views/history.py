"""What happened to a case: its journalled facts as officers read them, the newest first."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.review.domain.case import CaseCommand, CaseFact, clock, closing, judging, opening, questions, results
from services.review.domain.case.state import State
from shared.contracts.catalogue import Labels
from shared.decider import Decider
from shared.i18n import Text
from shared.model import Json
from shared.programme.calendar import today
from shared.programme.roles import OFFICERS
from shared.store.journal import Journal

PAGE = 100
Doer = Literal["you", "officer", "clock", "others"]


@dataclass(frozen=True)
class Wording:
    """The key of the words for a fact, and what stands in them: a number, a name, terms of the catalogue, a day.

    What an officer wrote with it: `typed` by itself, or a `message` for the company beside a `note` that stays inside.
    """

    key: str
    n: int = 1
    name: str = ""
    terms: tuple[Text, ...] = ()
    day: date | None = None
    typed: str | None = None
    message: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Happening:
    """One line: what, when, and who did it; `officer` is the reference number."""

    wording: Wording
    at: datetime
    by: Doer
    officer: str = ""


@dataclass(frozen=True)
class History:
    """One page, the newest first. `next`: the sequence before which the next page ends; None on the last."""

    happenings: tuple[Happening, ...]
    next: int | None


@dataclass(frozen=True)
class Reading:
    """Who reads which facts, in which terms."""

    decider: Decider[CaseCommand, State, CaseFact]
    reader: str
    labels: Labels


async def history(journal: Journal, application_id: UUID, reading: Reading, before: int | None = None) -> History:
    """One page before a sequence, from the service's own journal, which is a moment behind the state."""
    entries = await journal.latest(reading.decider.source, str(application_id), before, PAGE)
    lines = [
        Happening(wording, entry.at, *doer_of(entry.actor, reading.reader))
        for entry in entries
        if (wording := worded(reading.decider.fact(entry.fact), entry.actor["subject"], reading.labels))
    ]
    return History(tuple(_joined(lines)), entries[-1].sequence if len(entries) == PAGE else None)


def doer_of(actor: Json, reader: str) -> tuple[Doer, str]:
    """Who did something, as its reader knows them; of another officer the reference number."""
    subject, role = actor["subject"], actor["role"]
    if role in OFFICERS:
        return ("you", "") if subject == reader else ("officer", subject)
    return ("clock" if role == "system" else "others"), ""


def _joined(newest_first: Iterable[Happening]) -> Iterable[Happening]:
    """What one person judged on one day with nothing between is one line."""
    joined: list[Happening] = []
    for line in newest_first:
        if joined and _is_more_of(joined[-1], line):
            more = joined[-1]
            joined[-1] = replace(more, wording=replace(more.wording, n=more.wording.n + line.wording.n))
        else:
            joined.append(line)
    return joined


def _is_more_of(later: Happening, earlier: Happening) -> bool:
    alike = replace(earlier, at=later.at, wording=replace(earlier.wording, n=later.wording.n))
    return alike == later and today(earlier.at) == today(later.at) and not later.wording.typed


# --- facts in words -------------------------------------------------------------------------------


def worded(fact: CaseFact, doer: str, labels: Labels) -> Wording | None:
    """None for what other facts tell already, as that the stage changed."""
    return _of_officers(fact, doer, labels) or _of_others(fact) or _of_end(fact, labels)


def _of_officers(fact: CaseFact, doer: str, labels: Labels) -> Wording | None:
    match fact:
        case opening.CaseAssigned() if fact.officer == doer:
            return Wording("case_taken")
        case opening.CaseAssigned():
            return Wording(fact.kind, name=fact.officer)
        case judging.RequirementJudged() | judging.DocumentJudged():
            return Wording(fact.kind)
        case judging.ReviewConcluded():
            return Wording(f"review_{fact.outcome}")
        case questions.QuestionDrafted():
            return Wording(fact.kind, typed=fact.question.text)
        case questions.QuestionDropped():
            return Wording(fact.kind)
        case questions.CaseReturned():
            return Wording(fact.kind, len(fact.questions), day=fact.answer_by)
        case clock.ClockPaused() if fact.pause.code != "returned":
            return Wording(fact.kind, terms=(labels.pauses[fact.pause.code],), typed=fact.pause.text)
        case clock.ClockResumed():
            return Wording(fact.kind, day=fact.on)
    return None


def _of_others(fact: CaseFact) -> Wording | None:
    match fact:
        case opening.CaseOpened() | opening.CaseResubmitted():
            return Wording(fact.kind, fact.package.submission)
        case clock.ServiceStandardMissed():
            return Wording(fact.kind, day=fact.due_on)
        case clock.AnswerOverdue():
            return Wording(fact.kind, day=fact.answer_by)
        case results.RiskNoted():
            return Wording(f"risk_{fact.risk.outcome}")
        case results.VisitsNoted():
            return Wording(fact.kind, len(fact.visits))
        case results.ValidationNoted():
            return Wording(f"validation_{fact.validation.outcome}", day=fact.validation.concluded_on)
    return None


def _of_end(fact: CaseFact, labels: Labels) -> Wording | None:
    match fact:
        case closing.CaseApproved():
            return Wording(fact.kind, day=fact.approved_on)
        case closing.CaseDenied():
            grounds = tuple(labels.grounds[ground] for ground in fact.grounds)
            return Wording(fact.kind, terms=grounds, message=fact.message, note=fact.note)
        case closing.CaseWithdrawn():
            return Wording(fact.kind, day=fact.withdrawn_on)
        case closing.WithdrawalTooLate():
            return Wording(fact.kind)
    return None
