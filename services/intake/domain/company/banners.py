"""What the dashboard draws attention to on a day, by code. Reminders are counted, not sent (programme 3.3)."""

from collections.abc import Callable, Mapping
from datetime import date

from services.intake.domain.company.consents import inherited
from services.intake.domain.company.state import Company

BANNERS: Mapping[str, Callable[[Company], bool]] = {
    "ownership_offered": lambda company: company.offer is not None,
    "ownership_recovered": lambda company: company.recovery is not None,
    "consents_inherited": lambda company: bool(inherited(company)),
    "withdrawal_too_late": lambda company: company.outcome is not None and company.outcome.withdrawal_too_late,
    "leaving_requested": lambda company: company.leaving_since is not None,
}
REMINDERS: Mapping[int, str] = {  # by the most days that are left until the revalidation is due
    0: "revalidation_due",
    30: "revalidation_in_30_days",
    90: "revalidation_in_90_days",
    180: "revalidation_in_180_days",
}


def banners(company: Company, day: date) -> tuple[str, ...]:
    """The codes of the banners that stand on a day."""
    return (*(code for code, stands in BANNERS.items() if stands(company)), *_reminder(company, day))


def _reminder(company: Company, day: date) -> tuple[str, ...]:
    """The latest reminder that a member has reached."""
    due_on = company.membership.revalidation_due_on if company.membership and company.is_member else None
    return tuple(code for days, code in REMINDERS.items() if due_on and (due_on - day).days <= days)[:1]
