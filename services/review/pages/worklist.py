"""The queue as officers work it off: by urgency, or what they search for."""

import asyncio
from urllib.parse import urlencode

from fastapi.responses import Response

from services.review.api.deps import AtDeps, Deps
from services.review.pages.deps import ListReader
from services.review.pages.queue import AsAsked, Asked, found, worked_off
from services.review.views.queue import STATUSES, Status, stage_of_status
from services.review.views.worklist import View, view_counts
from shared.i18n import Language
from shared.pages.filled import Filled
from shared.pages.speech import printed
from shared.pages.visits import PageRouter
from shared.programme.calendar import today
from shared.programme.roles import DECISION_OFFICER, REVIEW_OFFICER

NARROWING = ("status", "line_of_business", "assignee")
VIEWS: tuple[View, ...] = ("mine", "nobodys", "others", "overdue", "everybodys")
router = PageRouter()


@router.page("cases")
async def show_cases(visit: ListReader, choice: AsAsked, deps: AtDeps) -> Response:
    reader, day = visit.call.caller.subject, today(visit.call.at)
    if choice.search:
        counts, results = await asyncio.gather(view_counts(deps.cases, reader, day), found(visit, deps, choice.search))
        work = None
    else:
        counts, work = await asyncio.gather(
            view_counts(deps.cases, reader, day), worked_off(visit, deps, choice.selection, choice.after)
        )
        results = None
    following = results.next if results else work.next if work else None
    return visit.show(
        "cases.html",
        choice.form.status,
        form=choice.form,
        selection=choice.selection,
        views=("to_decide", *VIEWS) if DECISION_OFFICER in visit.call.caller.roles else VIEWS,
        searched=choice.search is not None,
        work=work,
        results=results,
        counts=counts,
        catalogue=deps.catalogue,
        reader=reader,
        may_take=REVIEW_OFFICER in visit.call.caller.roles,
        fresh=Filled,
        line_names={line.id: printed(line.name, visit.language) for line in deps.catalogue.lines_of_business},
        stages=_stages(deps, visit.language),
        query=_query(choice),
        next_query=following and _query(choice, after=following),
        narrowed=any(map(choice.form.value, NARROWING)),
    )


def _stages(deps: Deps, language: Language) -> list[tuple[Status, str]]:
    """Every status with the name of its stage."""
    stages = deps.catalogue.labels.stages
    return [(status, printed(stages[stage_of_status(status)], language)) for status in STATUSES]


def _query(choice: Asked, **changed: str) -> str:
    """The query of a link to the same cases, or to a page of them."""
    kept = {name: choice.form.value(name) for name in ("view", "find", *NARROWING)}
    return urlencode({name: text for name, text in {**kept, **changed}.items() if text})
