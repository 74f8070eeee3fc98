"""One member: its membership, what a change would lead to before it is made, and what has happened."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import HTMLResponse, Response

from services.review.api.deps import AtDeps, Deps
from services.review.api.forms import NoticeForm
from services.review.api.memberships import cancel_membership, reinstate_membership, suspend_membership
from services.review.domain.case.consumed import Profile
from services.review.domain.membership.state import Absent, MembershipNotice
from services.review.pages.deps import MembershipDecider, MembershipReader
from services.review.views.member import COMMANDS, Change, Outlook, changes_of, foreseen, history, standing
from services.review.views.memberships import MembershipView, membership_view
from shared.contracts import intake
from shared.errors import Refused
from shared.handling import Receipt
from shared.http.call import Call
from shared.model import Moment
from shared.pages.drafts import drafted
from shared.pages.forms import Filled, FormSent, Sent
from shared.pages.sheet import ChangedPart, Part, Sheet, compared, sheet_for
from shared.pages.visits import PageRouter, SignedVisit
from shared.programme.roles import DECISION_OFFICER

ENDPOINTS = {
    "suspension": suspend_membership,
    "reinstatement": reinstate_membership,
    "cancellation": cancel_membership,
}
Before = Annotated[int | None, Query(ge=1, lt=2**63)]
router = PageRouter()


class ChangeForm(NoticeForm):
    """What becomes of the membership, and why."""

    change: Change

    @property
    def notice(self) -> NoticeForm:
        return NoticeForm(message=self.message, note=self.note)


@router.page("member")
async def show_member(company_id: UUID, visit: MembershipReader, deps: AtDeps, before: Before = None) -> Response:
    return await _show(company_id, visit, deps, await drafted(visit, Filled()), before)


@router.form("member")
async def change_member(company_id: UUID, visit: MembershipDecider, sent: FormSent, deps: AtDeps) -> Response:
    if sent.looks_ahead:
        return await _show_outlook(company_id, visit, sent, deps)

    async def change(call: Call) -> Receipt:
        body = sent.body(ChangeForm)
        return await ENDPOINTS[body.change](company_id, body.notice, call, deps)

    refused = await sent.command(visit, change)
    if refused:
        return await _show(company_id, visit, deps, refused)
    return visit.leave("member", done=sent.filled.value("change"))


async def _show_outlook(company_id: UUID, visit: SignedVisit, sent: Sent, deps: Deps) -> Response:
    """What the change would lead to, for the officer to confirm."""
    state = (await deps.memberships.read(str(company_id))).state

    def look() -> Outlook | None:
        body, call = sent.body(ChangeForm), visit.call
        command = COMMANDS[body.change](at=call.at, actor=call.actor, notice=body.notice.into(MembershipNotice))
        return foreseen(deps.memberships, command, state, deps.catalogue)

    outlook = sent.ahead(visit, look)
    if isinstance(outlook, Filled):
        return await _show(company_id, visit, deps, outlook)
    if outlook is None:
        return visit.leave("member")
    return visit.show(
        "member_change.html",
        form=sent.filled,
        member=membership_view(state, deps.catalogue),
        outlook=outlook,
        own_language=state.declared and state.declared.profile.language,
        labels=deps.catalogue.labels,
    )


async def _show(
    company_id: UUID, visit: SignedVisit, deps: Deps, form: Filled, before: int | None = None
) -> HTMLResponse:
    """Raises Refused("not_found") if the company was never a member."""
    state = (await deps.memberships.read(str(company_id))).state
    if isinstance(state, Absent):
        raise Refused("not_found")
    member, sheet = membership_view(state, deps.catalogue), sheet_for(visit, deps.catalogue, {})
    return visit.show(
        "member.html",
        form.status,
        member=member,
        profile=_written(member.profile, sheet) if member.profile else None,
        profile_changes=tuple(_changes(member, sheet)),
        outlook=standing(state, deps.catalogue),
        history=await history(deps.memberships, deps.journal, str(company_id), visit.call.caller.subject, before),
        changes=changes_of(state),
        may_change=DECISION_OFFICER in visit.session.roles,
        form=form,
        catalogue=deps.catalogue,
    )


def _written(profile: Profile, sheet: Sheet) -> Part:
    return sheet.company(intake.Profile.model_validate(profile, from_attributes=True))


def _changes(member: MembershipView, sheet: Sheet) -> Iterator[tuple[Moment, ChangedPart]]:
    """The changes of the declared profile, the newest first, each with the day on which it was declared."""
    after = member.profile
    for change in member.changes:
        if after:
            for part in compared((_written(change.before, sheet),), (_written(after, sheet),)):
                yield change.declared_at, part
        after = change.before
