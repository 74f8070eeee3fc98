"""What mra_exchange keeps of the messages that it consumes: what partners may know, and what decides that."""

from datetime import date
from uuid import UUID

from shared.contracts.types import Address, Administration, Code, MembershipStatus, Name
from shared.decider import Upcasters
from shared.model import Json, Model, Moment


class DeclaredProfile(Model):
    """All that is kept of a declared profile."""

    name: Name
    address: Address


class ConsentInForce(Model):
    """One consent that is in force."""

    administration: Administration
    consent_id: UUID
    given_at: Moment


class Membership(Model):
    """All that is kept of a membership: no application, no benefits, no message."""

    pip_id: Code
    status: MembershipStatus
    member_since: date
    member_until: date | None = None


def _membership_2(stored: Json) -> Json:
    """Version 1 of a fact or a state kept the whole membership as review publishes it."""
    whole = stored["membership"]
    return {
        **stored,
        "membership": whole and {name: whole[name] for name in ("pip_id", "status", "member_since", "member_until")},
    }


FACT_UPCASTERS: Upcasters = {("membership_noted", 1): _membership_2}
STATE_UPCASTERS: Upcasters = {("", 1): _membership_2}
