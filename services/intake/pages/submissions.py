"""Submissions: every package as it was submitted, and how two of them differ."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.responses import Response

from services.intake.api.deps import AtDeps
from services.intake.pages.deps import Trader
from services.intake.views.company import company_of
from services.intake.views.submissions import Reference, Submissions
from shared.pages.sheet import compared, sheet_for
from shared.pages.visits import PageRouter

router = PageRouter()


async def _own(company_id: UUID, visit: Trader, deps: AtDeps) -> Submissions:
    """Those of a company, for its people. Raises Refused("not_found")."""
    await company_of(deps.companies, company_id, visit.call.caller.subject)
    return Submissions(deps.companies, deps.journal, company_id)


def _named(application_id: UUID, submission: int) -> Reference:
    return Reference(application_id, submission)


def _earlier(earlier_id: UUID, earlier: int) -> Reference:
    return Reference(earlier_id, earlier)


Own = Annotated[Submissions, Depends(_own)]
Named = Annotated[Reference, Depends(_named)]
Earlier = Annotated[Reference, Depends(_earlier)]


@router.page("submissions")
async def show_submissions(company_id: UUID, own: Own, visit: Trader, deps: AtDeps) -> Response:
    company, _ = await company_of(deps.companies, company_id, visit.call.caller.subject)
    return visit.show("submissions.html", company=company, submissions=await own.newest_first())


@router.page("submission")
async def show_submission(named: Named, own: Own, visit: Trader, deps: AtDeps) -> Response:
    """Raises Refused("not_found")."""
    package, every = await own.package(named), await own.newest_first()
    sheet = sheet_for(visit, deps.reference.catalogue, await own.asked(package.replies))
    return visit.show(
        "submission.html",
        package=package,
        parts=sheet.parts(package),
        submitted=next(row for row in every if row.reference == named),
        others=[row for row in every if row.reference != named],
    )


@router.page("comparison")
async def show_comparison(named: Named, earlier: Earlier, own: Own, visit: Trader, deps: AtDeps) -> Response:
    """Raises Refused("not_found")."""
    after, before = await own.package(named), await own.package(earlier)
    sheet = sheet_for(visit, deps.reference.catalogue, await own.asked((*before.replies, *after.replies)))
    every = {row.reference: row for row in await own.newest_first()}
    return visit.show(
        "comparison.html",
        after=every[named],
        before=every[earlier],
        changed=compared(sheet.parts(before), sheet.parts(after)),
    )
