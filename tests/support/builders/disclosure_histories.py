"""Random histories of profiles, consents, memberships, days and arrangements, and what partners may then know."""

import json
from datetime import date
from typing import Any

from hypothesis import strategies as st

from services.mra_exchange.domain.disclosure import DisclosureCommand
from services.mra_exchange.domain.disclosure.consumed import ConsentInForce, DeclaredProfile, Membership
from services.mra_exchange.domain.disclosure.noting import NoteConsents, NoteMembership, NoteProfile
from shared.contracts.catalogue import Catalogue
from shared.contracts.types import Administration, MembershipStatus
from shared.decider import Tick
from shared.model import Moment
from shared.programme.calendar import today
from tests.support.builders.mra_exchange import (
    CATALOGUE,
    PIER,
    PIP,
    QUAY,
    consent,
    consents,
    membership,
    profile,
    tick,
    with_arrangements,
)

PARTNERS: tuple[Administration, ...] = ("US", "JP", "EU")
STATUSES: tuple[MembershipStatus, ...] = ("active", "suspended", "cancelled", "withdrawn")
STATUS_OF_PARTNERS = {
    "active": "AUTHORISED",
    "suspended": "SUSPENDED",
    "cancelled": "REVOKED",
    "withdrawn": "WITHDRAWN",
}
LONG_AGO = date(2008, 6, 1)
CATALOGUES = (
    CATALOGUE,
    with_arrangements(
        "ends and begins", US=(LONG_AGO, date(2026, 5, 6)), JP=(date(2026, 5, 6), None), EU=(LONG_AGO, None)
    ),
    with_arrangements("two alone", JP=(LONG_AGO, date(2026, 5, 5)), US=(LONG_AGO, None)),
)

HOURS = st.integers(0, 96)
PROFILES = st.builds(
    profile, HOURS, st.sampled_from(("Boreal Drayage Ltd.", "Boreal Holdings")), st.sampled_from((QUAY, PIER))
)
CONSENTS = st.builds(
    lambda hours, given: consents(hours, *(consent(code, min(hours, at)) for code, at in given.items())),
    HOURS,
    st.dictionaries(st.sampled_from(PARTNERS), HOURS),
)
MEMBERSHIPS = st.builds(membership, HOURS, st.sampled_from(STATUSES), st.dates(date(2026, 5, 1), date(2026, 5, 3)))
TICKS = st.builds(tick, HOURS)
COMMANDS = PROFILES | CONSENTS | MEMBERSHIPS | TICKS


class Known:
    """The rule of programme 3.6 written a second time, over what was consumed last."""

    def __init__(self, pip: str = PIP) -> None:
        self.pip = pip
        self.declared: DeclaredProfile | None = None
        self.membership: Membership | None = None
        self.ended_at: Moment | None = None
        self.consents: dict[str, ConsentInForce] = {}
        self.day = date.min

    def note(self, command: DisclosureCommand) -> None:
        self.day = max(self.day, today(command.at))
        match command:
            case NoteProfile():
                self.declared = command.declared
            case NoteConsents():
                self.consents = {consent.administration: consent for consent in command.in_force}
            case NoteMembership():
                self.membership = command.membership
                self.ended_at = command.published_at if command.membership.member_until else None
            case Tick():
                pass

    def may_know(self, code: Administration, catalogue: Catalogue, has: dict[str, Any] | None) -> dict[str, Any] | None:
        """All that a partner may know, where it has this record already."""
        period = next((each.in_force for each in catalogue.administrations if each.code == code), None)
        if self.declared is None or self.membership is None or code not in self.consents:
            return None
        if period is None or self.day < period.since or (period.until and self.day >= period.until):
            return None
        if self.ended_at and self.consents[code].given_at > self.ended_at:
            return None
        declared = json.loads(self.declared.model_dump_json())
        return {
            **({key: has[key] for key in declared} if has and self.ended_at else declared),
            "status": STATUS_OF_PARTNERS[self.membership.status],
            "dates": json.loads(self.membership.model_dump_json(include={"member_since", "member_until"})),
            "identifiers": {"pip": self.pip},
        }


def topic_of(code: Administration) -> str:
    return f"pip.partner.{code.lower()}"
