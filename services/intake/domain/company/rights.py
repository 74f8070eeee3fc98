"""Who may do what in a company (programme 1.3): the command of a person names the roles that may give it."""

from typing import ClassVar

from services.intake.domain.company.state import Company
from shared.contracts.types import CompanyRole
from shared.decider import Command
from shared.errors import Refused

OWNER: frozenset[CompanyRole] = frozenset({"account_owner"})
MANAGERS: frozenset[CompanyRole] = OWNER | {"proxy_account_owner"}
EDITORS: frozenset[CompanyRole] = MANAGERS | {"full_access_user"}
EVERYBODY: frozenset[CompanyRole] = EDITORS | {"read_only_user"}


class PersonalCommand(Command):
    """Given by one of the company's people."""

    BY: ClassVar[frozenset[CompanyRole]] = EDITORS


def authorise(command: PersonalCommand, company: Company) -> None:
    """Raises Refused: not_found for strangers, owner_only or role_not_allowed for the company's other people."""
    role = company.role_of(command.actor.subject)
    if role is None:
        raise Refused("not_found")
    if role not in command.BY:
        raise Refused("owner_only" if command.BY == OWNER else "role_not_allowed")
