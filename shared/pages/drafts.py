"""What somebody has typed and not sent: kept under the name of its form, and laid over what stands when it is shown."""

from collections.abc import Mapping
from dataclasses import replace

from fastapi import Request as HttpRequest

from shared.clock import now
from shared.http.state import ServiceState
from shared.pages.filled import Filled
from shared.pages.stale import merged
from shared.pages.visit import SignedVisit
from shared.store.drafts import Draft, Drafts


def form_name(page: str, ids: Mapping[str, str], act: str) -> str:
    """What tells a form from all others: its page with its ids, and which of the page's forms it is."""
    return "/".join((page, *(ids[name] for name in sorted(ids)), act))


def drafts_of(request: HttpRequest) -> Drafts:
    """The drafts of a service that has pages."""
    found: Drafts | None = ServiceState.of(request.app).drafts
    assert found, "a service with pages has drafts"  # noqa: S101 - for the type alone
    return found


async def drafted(visit: SignedVisit, form: Filled, act: str = "") -> Filled:
    """The form with what its reader has typed and not sent, over what stands."""
    name = form_name(visit.address.name, visit.http.path_params, act)
    draft = await drafts_of(visit.http).find(visit.session.subject, name)
    if draft is None:
        return form
    merge = merged(draft.fields, draft.seen, form.given)
    return replace(form, given=merge.given, seen=form.digests, theirs=merge.theirs, kept_at=draft.at)


async def keep(request: HttpRequest, subject: str, name: str, form: Filled) -> Draft:
    """Keeps what a form holds, unless it was sent meanwhile. Raises Refused: "too_large", "too_many_drafts"."""
    draft = Draft(form.given, form.digests, now())
    await drafts_of(request).keep(subject, name, form.key, draft)
    return draft
