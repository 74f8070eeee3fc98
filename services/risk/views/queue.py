"""The queue as officers page through it: in groups, those that wait for an officer first."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import dropwhile
from typing import Annotated

from pydantic import StringConstraints

from services.risk.views.assessments import (
    NAME,
    STATUS,
    SUBMITTED,
    Assessments,
    AssessmentView,
    Filter,
    Status,
    assessment_view,
    found,
)
from shared.contracts.types import Band
from shared.model import Model
from shared.programme.forms.texts import SearchedName

ORDER: Mapping[Status, str] = {"referred": SUBMITTED, "collecting": "_id", "assessed": SUBMITTED, "closed": "_id"}
ON_A_PAGE = 50
Place = Annotated[str, StringConstraints(pattern=f"^({'|'.join(ORDER)}):", max_length=420)]


class Asked(Model):
    """Which assessments the queue is asked for. `after`: the group in which a page begins, and the cursor within it."""

    status: Status | None = None
    band: Band | None = None
    name: SearchedName | None = None
    after: Place | None = None


@dataclass(frozen=True)
class Group:
    """Assessments in one status, the oldest submission first where it is known; those that were looked for, by name."""

    status: Status
    assessments: tuple[AssessmentView, ...]


@dataclass(frozen=True)
class Worklist:
    """One page of the queue. `next`: where the next one begins; None on the last."""

    groups: tuple[Group, ...]
    next: str | None


async def worklist(assessments: Assessments, asked: Asked) -> Worklist:
    """The groups that follow each other on one page. Raises Refused("malformed") for a foreign cursor."""
    groups: list[Group] = []
    left, after = ON_A_PAGE, (asked.after or "").partition(":")[2]
    for status in _statuses(asked):
        criteria = Filter(status=status, band=asked.band, name=asked.name, limit=left or 1, after=after or None)
        page = await found(assessments, criteria, NAME if asked.name else ORDER[status])
        if page.snapshots and not left:
            return Worklist(tuple(groups), f"{status}:")
        if page.snapshots:
            groups.append(Group(status, tuple(assessment_view(snapshot.state) for snapshot in page.snapshots)))
        if page.next:
            return Worklist(tuple(groups), f"{status}:{page.next}")
        left, after = left - len(page.snapshots), ""
    return Worklist(tuple(groups), None)


def _statuses(asked: Asked) -> tuple[Status, ...]:
    """The groups that are asked for, from the one on in which the page begins."""
    first = (asked.after or "").partition(":")[0]
    from_there = dropwhile(lambda status: first not in {"", status}, ORDER)
    return tuple(status for status in from_there if asked.status in {None, status})


async def counts(assessments: Assessments) -> Mapping[Status, int]:
    """How many assessments are in each status."""
    numbers = await asyncio.gather(*(assessments.count({STATUS: status}) for status in ORDER))
    return dict(zip(ORDER, numbers, strict=True))
