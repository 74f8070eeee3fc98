"""What foreign administrations may know of a member: exactly five elements (programme 2.4, how to apply, step 5)."""

from datetime import date
from typing import Literal, Protocol

from shared.contracts.event import Outgoing
from shared.contracts.types import Address, Code, MembershipStatus, Name
from shared.model import Model

StatusWord = Literal["AUTHORISED", "SUSPENDED", "REVOKED", "WITHDRAWN"]
_WORD: dict[str, StatusWord] = {
    "active": "AUTHORISED",
    "suspended": "SUSPENDED",
    "cancelled": "REVOKED",
    "withdrawn": "WITHDRAWN",
}


class Membership(Protocol):
    """What a record contains of a membership, in any service."""

    @property
    def pip_id(self) -> str: ...
    @property
    def status(self) -> MembershipStatus: ...
    @property
    def member_since(self) -> date: ...
    @property
    def member_until(self) -> date | None: ...


class MembershipDates(Model):
    """The dates of membership, and no others."""

    member_since: date
    member_until: date | None = None


class Identifiers(Model):
    """The company's identifiers that are shared: the PIP number alone."""

    pip: Code


class PartnerRecord(Model):
    """The closed list: name, address, status, dates, identifiers."""

    name: Name
    address: Address
    status: StatusWord
    dates: MembershipDates
    identifiers: Identifiers


def partner_record(name: str, address: Address, membership: Membership) -> PartnerRecord:
    """The record that a consented partner gets; intake shows it as the preview of a consent."""
    return PartnerRecord(
        name=name,
        address=address,
        status=_WORD[membership.status],
        dates=MembershipDates(member_since=membership.member_since, member_until=membership.member_until),
        identifiers=Identifiers(pip=membership.pip_id),
    )


def member_shared(administration: str, record: PartnerRecord, n: int) -> Outgoing:
    """The n-th message to one partner about one member: its record."""
    return _to_partner(administration, record.identifiers.pip, "pip.MemberShared.v1", n).model_copy(
        update={"body": record.model_dump_json()}
    )


def sharing_ended(administration: str, pip: str, n: int) -> Outgoing:
    """The end of sharing: a tombstone, without a reason."""
    return _to_partner(administration, pip, "pip.SharingEnded.v1", n)


def _to_partner(administration: str, pip: str, kind: str, n: int) -> Outgoing:
    return Outgoing(topic=f"pip.partner.{administration.lower()}", key=pip, type=kind, body=None, n=n)
