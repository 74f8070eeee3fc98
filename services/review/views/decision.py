"""The sheet on which a case is decided: what was judged, and what a decision would lead to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from services.review.domain.case import CaseCommand
from services.review.domain.case.closing import Approve, CaseDenied, Deny
from services.review.domain.case.consumed import EligibilityAnswer
from services.review.domain.case.state import Denial, State
from services.review.domain.membership.activation import Activate
from services.review.views.answers import kind_of
from services.review.views.cases import AnswerView, CaseView, DivisionView, DocumentView
from services.review.views.member import Outlook, foreseen
from services.review.views.memberships import Memberships
from services.review.views.queue import Cases
from shared.contracts.catalogue import Catalogue, Question
from shared.contracts.event import Event
from shared.contracts.review import ApplicationApproved
from shared.decider import Actor
from shared.errors import Refused
from shared.model import Moment
from shared.store.journal import Journal

NOT_JUDGED = "not_judged"
ANY_DENIAL = Denial(grounds=("eligibility",), message="-")
E = TypeVar("E", bound=Event)

# --- what was judged ------------------------------------------------------------------------------


@dataclass(frozen=True)
class JudgedDivision:
    """The answers of a division: how many have which verdict, and those that do not meet their requirement."""

    division: DivisionView
    counts: Mapping[str, int]
    unmet: tuple[AnswerView, ...]


@dataclass(frozen=True)
class Sheet:
    """What officers found in the package: by division, in documents, and in what the company answered about itself."""

    divisions: tuple[JudgedDivision, ...]
    documents: tuple[DocumentView, ...]
    adverse: tuple[tuple[Question, EligibilityAnswer], ...]


def sheet_of(case: CaseView, catalogue: Catalogue) -> Sheet:
    """Documents are those that were not accepted; answers about the company those that count against it."""
    adverse = {question.id: question for question in catalogue.questions if question.adverse}
    return Sheet(
        tuple(map(_judged, case.divisions)),
        tuple(document for document in case.documents if document.judgement and not document.judgement.accepted),
        tuple(
            (adverse[answer.question_id], answer)
            for answer in case.eligibility
            if answer.question_id in adverse and answer.value is True
        ),
    )


def _judged(division: DivisionView) -> JudgedDivision:
    verdicts = (answer.judgement.verdict if answer.judgement else NOT_JUDGED for answer in division.answers)
    unmet = (answer for answer in division.answers if answer.judgement and answer.judgement.verdict == "not_met")
    return JudgedDivision(division, Counter(verdicts), tuple(unmet))


# --- what was decided ------------------------------------------------------------------------------


async def note_of_denial(cases: Cases, journal: Journal, application_id: UUID) -> str | None:
    """What stays inside of a denial: the state keeps what the company reads, the journal all of it."""
    decider = cases.decider
    for entry in await journal.latest_of(decider.source, str(application_id), [kind_of(CaseDenied)], limit=1):
        fact = decider.fact(entry.fact)
        return fact.note if isinstance(fact, CaseDenied) else None
    return None


# --- what a decision would lead to ----------------------------------------------------------------


def hindrance(cases: Cases, command: CaseCommand, state: State) -> str | None:
    """The code with which a command would be refused now."""
    try:
        cases.decider.decide(command, state)
    except Refused as refused:
        return refused.code
    return None


def hindrances(cases: Cases, state: State, at: Moment, actor: Actor) -> Mapping[str, str | None]:
    """Why the case cannot be approved, and why it cannot be denied."""
    return {
        "approve": hindrance(cases, Approve(at=at, actor=actor), state),
        "deny": hindrance(cases, Deny(at=at, actor=actor, denial=ANY_DENIAL), state),
    }


def published(cases: Cases, command: CaseCommand, state: State, event: type[E]) -> E | None:
    """The message of this kind that a command would lead to, if it would to any. Raises Refused."""
    decider = cases.decider
    for fact in decider.decide(command, state):
        state = decider.evolve(state, fact)
        outgoing = decider.publish(fact, state)
        if outgoing and outgoing.type == event.type():
            return event.model_validate_json(outgoing.body or "")
    return None


async def approval(
    cases: Cases, memberships: Memberships, command: Approve, state: State, catalogue: Catalogue
) -> Outlook | None:
    """The membership that an approval would lead to; None if it would change nothing. Raises Refused."""
    approved = published(cases, command, state, ApplicationApproved)
    if approved is None:
        return None
    found = await memberships.find({"_id": str(approved.company_id)}, limit=1)
    membership = found[0].state if found else memberships.decider.absent
    activate = Activate(at=command.at, actor=command.actor, approved=approved)
    return foreseen(memberships, activate, membership, catalogue)
