"""The members that a partner may know now."""

from typing import Annotated, get_args

from pydantic import Field

from services.mra_exchange.domain.disclosure import DisclosureCommand, DisclosureFact
from services.mra_exchange.domain.disclosure.state import Disclosure
from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.types import Administration
from shared.errors import Refused
from shared.handling import Aggregate
from shared.model import Model

Disclosures = Aggregate[DisclosureCommand, Disclosure, DisclosureFact]


def stored_path(administration: Administration) -> str:
    """Where a disclosure keeps what one partner was sent."""
    return f"state.partners.{administration}"


INDEXES = tuple(  # by which one partner's members are found, and its changes read in order
    f"{stored_path(administration)}.{field}"
    for administration in get_args(Administration)
    for field in ("pip", "place")
)


class Filter(Model):
    """From where on: `after` is `next` of the page before."""

    limit: Annotated[int, Field(ge=1, le=500)] = 100
    after: Annotated[str, Field(max_length=400, examples=["eyJyZWFkIjoiMjAyNyJ9"])] | None = None


class Members(Model):
    """One page of current records; `next` is None on the last."""

    members: tuple[PartnerRecord, ...]
    next: str | None


async def members(disclosures: Disclosures, administration: Administration, criteria: Filter) -> Members:
    """The records that this partner has now, in order of their PIP numbers."""
    path = stored_path(administration)
    query = {f"{path}.pip": {"$gt": criteria.after or ""}, f"{path}.last": {"$ne": None}}
    found = await disclosures.find(query, sort=f"{path}.pip", limit=criteria.limit)
    records = [last for snapshot in found if (last := snapshot.state.partners[administration].last)]
    return Members(members=tuple(records), next=records[-1].identifiers.pip if len(records) == criteria.limit else None)


async def member(disclosures: Disclosures, administration: Administration, pip: str) -> PartnerRecord:
    """One record. Raises Refused("not_found") alike for what never was a member, is not shared, or no longer."""
    for snapshot in await disclosures.find({f"{stored_path(administration)}.pip": pip}, limit=1):
        if record := snapshot.state.partners[administration].last:
            return record
    raise Refused("not_found")
