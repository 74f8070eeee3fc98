"""The console: pages of officers, operators and partners that stand in its navigation, and for whom."""

from collections.abc import Collection, Mapping

from shared.programme.roles import (
    DECISION_OFFICER,
    OFFICERS,
    OPERATOR,
    PARTNER,
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
FIRST: Mapping[Role, str] = {RISK_OFFICER: "assessments", SITE_OFFICER: "validations"}


def rooms_of(roles: Collection[str]) -> tuple[str, ...]:
    """The rooms that somebody with these roles may enter, in order of the navigation."""
    return tuple(name for name, admitted in ROOMS.items() if not set(admitted).isdisjoint(roles))


def first_room_of(roles: Collection[str]) -> str | None:
    """Where somebody with these roles begins the day; None who has no room here, as people of companies."""
    own = (room for role, room in FIRST.items() if role in roles)
    return next(own, next(iter(rooms_of(roles)), None))
