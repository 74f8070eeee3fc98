"""The feed of a partner: what has changed since its cursor."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any, Literal

from services.mra_exchange.domain.disclosure.state import Recipient
from services.mra_exchange.views.members import Disclosures, stored_path
from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.types import Administration, Code
from shared.errors import Refused
from shared.model import Model, Moment

OVERLAP = timedelta(seconds=60)
MOST_OF_A_SECOND = 10_000
ENDS_KEPT = timedelta(days=30)


class Cursor(Model):
    """How far a partner has read in this round of pages, in whole seconds; it names no company and no member.

    The next round begins at `again`, a minute before this one did, because a slower replica may write a change late.
    """

    read: str
    again: str | None = None
    members_only: bool = False

    def token(self) -> str:
        return urlsafe_b64encode(self.model_dump_json().encode()).decode()


class MemberShared(Model):
    """The n-th message about a member: its record now."""

    pip: Code
    n: int
    record: PartnerRecord


class SharingEnded(Model):
    """The n-th message about a member: it is shared no longer."""

    pip: Code
    n: int
    ended: Literal[True] = True


class Changes(Model):
    """Changes in the order of time; `next` goes on from here, at once when there are more."""

    changes: tuple[MemberShared | SharingEnded, ...]
    next: str
    more: bool


class LatestChange(Model):
    """The last message about a member, to the second: its record now, or None where it is shared no longer."""

    pip: Code
    at: Moment
    record: PartnerRecord | None


class LatestChanges(Model):
    """Changes, the latest first; the next page holds those before `next`, which is None on the last."""

    changes: tuple[LatestChange, ...]
    next: datetime | None


def opened_cursor(token: str | None, at: datetime) -> Cursor:
    """The cursor in a token, or one at the beginning. Raises Refused: "malformed", or "cursor_expired" if too old."""
    again = second_of(at - OVERLAP)
    if token is None:
        return Cursor(read="", again=again, members_only=True)
    try:
        cursor = Cursor.model_validate_json(urlsafe_b64decode(token))
    except ValueError:
        raise Refused("malformed", field="after") from None
    if ((cursor.members_only and cursor.again) or cursor.read) < second_of(at - ENDS_KEPT):
        raise Refused("cursor_expired", field="after")
    return cursor if cursor.again else cursor.model_copy(update={"again": again})


async def changes(disclosures: Disclosures, administration: Administration, cursor: Cursor, limit: int) -> Changes:
    """What changed for this partner since the cursor, each member as it is now; from the start, current ones alone.

    A full page goes on to the end of its last second, as the next one begins with a second.
    """
    path = stored_path(administration)
    query: dict[str, Any] = {f"{path}.place": {"$gt": cursor.read}}
    if cursor.members_only:
        query[f"{path}.last"] = {"$ne": None}
    found = await disclosures.find(query, sort=f"{path}.place", limit=limit)
    following = Cursor(read=cursor.again or cursor.read)
    if more := len(found) == limit:
        last = found[-1].state.partners[administration].place
        end = second_of(_moment(last) + timedelta(seconds=1))
        rest = query | {f"{path}.place": {"$gt": last, "$lt": end}}
        found += await disclosures.find(rest, sort=f"{path}.place", limit=MOST_OF_A_SECOND)
        following = cursor.model_copy(update={"read": end})
    recipients = [snapshot.state.partners[administration] for snapshot in found]
    return Changes(changes=tuple(map(_change, recipients)), next=following.token(), more=more)


async def latest_changes(
    disclosures: Disclosures, administration: Administration, at: datetime, before: datetime | None, limit: int
) -> LatestChanges:
    """What changed for this partner in the 30 days that ends are kept, each member once; whole seconds, as above."""
    path = stored_path(administration)
    until = {} if before is None else {"$lt": second_of(before)}
    query: dict[str, Any] = {f"{path}.place": {"$gte": second_of(at - ENDS_KEPT), **until}}
    found = await disclosures.find(query, sort=f"{path}.place", limit=limit, descending=True)
    following = None
    if len(found) == limit:
        last = found[-1].state.partners[administration].place
        following = _moment(last)
        rest = query | {f"{path}.place": {"$gte": second_of(following), "$lt": last}}
        found += await disclosures.find(rest, sort=f"{path}.place", limit=MOST_OF_A_SECOND, descending=True)
    recipients = [snapshot.state.partners[administration] for snapshot in found]
    changes = (LatestChange(pip=each.pip, at=_moment(each.place), record=each.last) for each in recipients)
    return LatestChanges(changes=tuple(changes), next=following)


def second_of(at: datetime) -> str:
    """Where the second of this moment begins in the feed; milliseconds would tell what happens here apart."""
    return at.replace(tzinfo=None).isoformat(timespec="seconds")


def _moment(place: str) -> datetime:
    """The second of a change, from its place in the feed."""
    return datetime.fromisoformat(place.partition("/")[0]).replace(microsecond=0)


def _change(recipient: Recipient) -> MemberShared | SharingEnded:
    if recipient.last is None:
        return SharingEnded(pip=recipient.pip, n=recipient.n)
    return MemberShared(pip=recipient.pip, n=recipient.n, record=recipient.last)
