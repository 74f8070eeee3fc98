"""What a membership entitles to, by lines of business. Pure: no clock, no ids, no I/O."""

from datetime import date

from shared.contracts.catalogue import Lines
from shared.contracts.review import Benefit
from shared.contracts.types import Code, LineOfBusiness
from shared.decider import Model


class Entitlement(Model):
    """A benefit, and whom it is for. Nobody can mark itself as a courier yet, so what is for couriers alone is granted to nobody."""

    code: Code
    lines: Lines
    couriers_only: bool


def granted(entitlements: tuple[Entitlement, ...], lines: tuple[LineOfBusiness, ...], since: date) -> tuple[Benefit, ...]:
    """The benefits of a member with these lines, from its first day."""
    return tuple(Benefit(code=each.code, since=since) for each in entitlements if _covers(each, lines) and not each.couriers_only)


def _covers(entitlement: Entitlement, lines: tuple[LineOfBusiness, ...]) -> bool:
    return entitlement.lines == "all" or not set(entitlement.lines).isdisjoint(lines)
