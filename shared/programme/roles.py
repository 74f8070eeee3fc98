"""The roles that a token may name (programme 1.2). What a person may do for a company follows from its team."""

from typing import Literal, get_args

OfficerRole = Literal["review_officer", "risk_officer", "site_officer", "decision_officer"]
Role = Literal["trader", OfficerRole, "partner", "operator"]

TRADER: Role = "trader"
PARTNER: Role = "partner"
OPERATOR: Role = "operator"
REVIEW_OFFICER: OfficerRole = "review_officer"
RISK_OFFICER: OfficerRole = "risk_officer"
SITE_OFFICER: OfficerRole = "site_officer"
DECISION_OFFICER: OfficerRole = "decision_officer"
OFFICERS: tuple[OfficerRole, ...] = get_args(OfficerRole)
ROLES: frozenset[str] = frozenset(get_args(Role))
