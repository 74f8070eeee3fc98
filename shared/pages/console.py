"""The console: pages of officers, operators and partners that stand in its navigation, and for whom."""

from collections.abc import Collection, Mapping

from shared.programme.roles import (
    DECISION_OFFICER,
    OFFICERS,
    OPERATOR,
    PARTNER,
    REVIEW_OFFICER,
    RISK_OFFICER,
    SITE_OFFICER,
    Role,
)

ROOMS: Mapping[str, tuple[Role, ...]] = {
    "cases": OFFICERS,
    "assessments": (RISK_OFFICER, DECISION_OFFICER),
    "validations": (SITE_OFFICER, DECISION_OFFICER),
    "members": OFFICERS,
    "recovery": (DECISION_OFFICER,),
    "intake_operations": (OPERATOR,),
    "feed": (PARTNER,),
}
QUEUES: Mapping[Role, str] = {
    REVIEW_OFFICER: "cases",
    RISK_OFFICER: "assessments",
    SITE_OFFICER: "validations",
    DECISION_OFFICER: "cases",
    OPERATOR: "intake_operations",
    PARTNER: "feed",
}


def rooms_of(roles: Collection[str]) -> tuple[str, ...]:
    """The rooms that somebody with these roles may enter, in order of the navigation."""
    return tuple(name for name, admitted in ROOMS.items() if not set(admitted).isdisjoint(roles))


def first_room_of(roles: Collection[str]) -> str | None:
    """Where somebody with these roles begins the day: of several queues at the first in the navigation.

    None who has no room here, as people of companies.
    """
    own = {room for role, room in QUEUES.items() if role in roles}
    return next((room for room in ROOMS if room in own), None)
