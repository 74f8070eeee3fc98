"""What a membership entitles to, by lines of business and whether it is a courier. Pure: no clock, no ids, no I/O."""

from shared.contracts.catalogue import Entitlement
from shared.contracts.review import ApplicationApproved, Benefit


def granted(entitlements: tuple[Entitlement, ...], approved: ApplicationApproved) -> tuple[Benefit, ...]:
    """The benefits of a new member, from its first day (programme 3.3)."""
    return tuple(
        Benefit(code=each.code, since=approved.approved_on) for each in entitlements if _covers(each, approved)
    )


def _covers(entitlement: Entitlement, approved: ApplicationApproved) -> bool:
    line_fits = entitlement.lines == "all" or not set(entitlement.lines).isdisjoint(approved.lines_of_business)
    return line_fits and (approved.courier or not entitlement.couriers_only)
