"""The one thing that is to be done next, by whom, and where."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.intake.domain.company import Company
from services.intake.domain.company.rights import EDITORS
from services.intake.domain.company.submission import not_a_member
from services.intake.views.dashboard import Dashboard
from services.intake.views.overview.gaps import SectionGaps
from services.intake.views.overview.places import Place
from shared.i18n import Text
from shared.programme.calendar import today


@dataclass(frozen=True)
class NextStep:
    """`key` names its words; `place` is where its button leads, if it has one. `quote` is an officer's question."""

    key: str
    kind: Literal["plain", "ok", "warn"] = "plain"
    place: Place | None = None
    count: int = 0
    day: date | None = None
    quote: str | None = None
    section: Text | None = None


def next_step(company: Company, reader: str, shown: Dashboard, sections: tuple[SectionGaps, ...]) -> NextStep:
    """What comes first of all that could be done."""
    return next(_steps(company, reader, shown, sections))


def _steps(company: Company, reader: str, shown: Dashboard, sections: tuple[SectionGaps, ...]) -> Iterator[NextStep]:
    if company.offer and company.offer.successor == reader:
        yield NextStep("offer", "warn", Place("people", "offer"), day=today(company.offer.ends_at))
    if shown.status in {"under_review", "withdrawing"}:
        yield from _visit(shown)
        if shown.status == "under_review" and _visited(shown):
            yield NextStep("visited", place=Place("visits"))
        yield NextStep(shown.status)
    yield from _question(shown)
    if company.is_member and sections[0].section.missing and shown.role in EDITORS:
        yield NextStep("member_gaps", "warn", sections[0].begins_at, count=len(sections[0].section.missing))
    if shown.membership and company.is_member:
        yield NextStep(f"member_{shown.membership.status}", "ok" if shown.membership.status == "active" else "warn")
    if not_a_member(company):
        yield NextStep("approved", "ok")
    yield from _gap(shown, sections)
    if shown.against:
        yield NextStep("against", "warn", Place("overview", "against"))
    if shown.can_submit:
        yield NextStep("submit_again" if shown.status == "returned" else "submit", "ok", Place("overview", "submit"))
    yield NextStep("owner_submits", "ok")


def _visit(shown: Dashboard) -> Iterator[NextStep]:
    """A visit that waits for the company's word."""
    planned = sorted(visit.on for visit in (shown.course.visits if shown.course else ()) if visit.state == "planned")
    if planned and shown.role in EDITORS:
        yield NextStep("visit", "warn", Place("visits"), count=len(planned), day=planned[0])


def _visited(shown: Dashboard) -> bool:
    """Whether officers may have found what asks for an action; only the page of the visits knows."""
    course = shown.course
    if course is None or course.stage != "site_validation":
        return False
    return any(visit.state == "held" for visit in course.visits)


def _question(shown: Dashboard) -> Iterator[NextStep]:
    unanswered = [question for question in (shown.questions.questions if shown.questions else ()) if not question.reply]
    if shown.questions and unanswered:
        yield NextStep(
            "question",
            "warn",
            Place("reply", "text", {"question_id": str(unanswered[0].question_id)}),
            count=len(unanswered),
            day=shown.questions.answer_by,
            quote=unanswered[0].text if len(unanswered) == 1 else None,
        )


def _gap(shown: Dashboard, sections: tuple[SectionGaps, ...]) -> Iterator[NextStep]:
    """The first section in which something is missing; who only reads learns who can go on."""
    count = sum(len(each.section.missing) for each in sections)
    begun = next((each for each in sections if each.section.missing), None)
    if begun and shown.role in EDITORS:
        yield NextStep("gaps", place=begun.begins_at, count=count, section=begun.section.title)
    elif begun:
        yield NextStep("gaps_of_others", count=count)
