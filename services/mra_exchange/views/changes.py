"""The feed of a partner: what has changed since its cursor."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any, Literal

from services.mra_exchange.domain.disclosure.state import Recipient
from services.mra_exchange.views.members import Disclosures, stored_path
from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.types import Administration, Code
from shared.errors import Refused
from shared.model import Model

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
        end = second_of(datetime.fromisoformat(last.partition("/")[0]) + timedelta(seconds=1))
        rest = query | {f"{path}.place": {"$gt": last, "$lt": end}}
        found += await disclosures.find(rest, sort=f"{path}.place", limit=MOST_OF_A_SECOND)
        following = cursor.model_copy(update={"read": end})
    recipients = [snapshot.state.partners[administration] for snapshot in found]
    return Changes(changes=tuple(map(_change, recipients)), next=following.token(), more=more)


def second_of(at: datetime) -> str:
    """Where the second of this moment begins in the feed; milliseconds would tell what happens here apart."""
    return at.replace(tzinfo=None).isoformat(timespec="seconds")


def _change(recipient: Recipient) -> MemberShared | SharingEnded:
    if recipient.last is None:
        return SharingEnded(pip=recipient.pip, n=recipient.n)
    return MemberShared(pip=recipient.pip, n=recipient.n, record=recipient.last)
