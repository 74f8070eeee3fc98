"""What is known of one company, and what each partner was sent last."""

from datetime import date

from pydantic import Field

from services.mra_exchange.domain.disclosure.consumed import ConsentInForce, DeclaredProfile, Membership
from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.types import Administration, Code
from shared.decider import AggregateState
from shared.model import Model, Moment


class Recipient(Model):
    """An administration that was sent `n` messages of this member, and has the record `last`.

    `place`: the position of the last message in its feed; `seal_due`: when the end of sharing is to be repeated.
    """

    pip: Code
    n: int
    last: PartnerRecord | None
    place: str
    seal_due: Moment | None = None


class Disclosure(AggregateState):
    """`day` is the latest so far, so that a message that comes late brings no ended arrangement back."""

    v: int = 2
    declared: DeclaredProfile | None = None
    membership: Membership | None = None
    ended_at: Moment | None = None
    consents: dict[Administration, ConsentInForce] = Field(default_factory=dict)
    partners: dict[Administration, Recipient] = Field(default_factory=dict)
    day: date = date.min
    catalogue_version: str = ""
