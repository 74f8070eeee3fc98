"""Who may do what in a company (programme 1.3): the command of a person names the roles that may give it."""

from typing import ClassVar

from services.intake.domain.company.state import Company, Filing
from shared.contracts.types import CompanyRole
from shared.decider import Command
from shared.errors import Refused
from shared.programme.roles import OFFICERS

OWNER: frozenset[CompanyRole] = frozenset({"account_owner"})
MANAGERS: frozenset[CompanyRole] = OWNER | {"proxy_account_owner"}
EDITORS: frozenset[CompanyRole] = MANAGERS | {"full_access_user"}
EVERYBODY: frozenset[CompanyRole] = EDITORS | {"read_only_user"}


class PersonalCommand(Command):
    """A command of one of the company's people."""

    BY: ClassVar[frozenset[CompanyRole]] = EDITORS


class DraftingCommand(PersonalCommand):
    """A command that may make the drafted package larger, which must still fit its topic."""


def refusals_of(command: type[PersonalCommand]) -> tuple[str, ...]:
    """The codes with which a command is refused because of who gives it."""
    return ("not_found",) if command.BY == EVERYBODY else ("not_found", _code(command))


def authorise(command: PersonalCommand, company: Company) -> None:
    """Raises Refused: not_found for strangers, owner_only or role_not_allowed for the company's other people."""
    require_role(type(command), command.actor.subject, company)


def require_role(command: type[PersonalCommand], subject: str, company: Company) -> None:
    """Raises Refused like `authorise`, before there is a command."""
    if role_of(subject, company) not in command.BY:
        raise Refused(_code(command))


def role_of(subject: str, company: Company) -> CompanyRole:
    """The role of a person in the company. Raises Refused("not_found") for strangers."""
    if role := company.role_of(subject):
        return role
    raise Refused("not_found")


def _code(command: type[PersonalCommand]) -> str:
    return "owner_only" if command.BY == OWNER else "role_not_allowed"


def may_open(company: Company, filing: Filing, subject: str, roles: frozenset[str]) -> bool:
    """The company's people open its documents, officers those that are released."""
    return company.role_of(subject) is not None or (filing.released and not roles.isdisjoint(OFFICERS))
