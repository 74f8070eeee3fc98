"""The company's people: who fills which role, and what the one who reads this may do about it."""

from dataclasses import dataclass
from typing import Literal, get_args

from services.intake.domain.company import Company
from services.intake.domain.company.rights import EDITORS, MANAGERS, role_of
from services.intake.domain.company.state import Offer, Recovery, User
from services.intake.domain.company.users import AddedRole
from shared.contracts.types import CompanyRole

ADDED_BY_EDITORS: tuple[AddedRole, ...] = ("full_access_user", "read_only_user")


@dataclass(frozen=True)
class RoleView:
    """One of the four roles: who fills it, or that the company does without it, or that it is still open."""

    role: CompanyRole
    state: Literal["filled", "unused", "open"]
    users: tuple[User, ...]


@dataclass(frozen=True)
class People:
    """`adds` are the roles that the reader may give to somebody new; `manages` is what owner and proxy do."""

    roles: tuple[RoleView, ...]
    reader: str
    adds: tuple[AddedRole, ...]
    manages: bool
    owns: bool
    owner: User
    managers: tuple[User, ...]
    offer: Offer | None
    successor: User | None
    recovery: Recovery | None

    @property
    def is_offered(self) -> bool:
        """Whether ownership is offered to the reader."""
        return self.offer is not None and self.offer.successor == self.reader


def owner_of(company: Company) -> User:
    return next(user for user in company.users if user.role == "account_owner")


def called(user: User) -> str:
    """What a person is called; of the first registrants only the number is known."""
    return user.family_name or user.email or user.subject


def people(company: Company, reader: str) -> People:
    """Raises Refused("not_found") for strangers."""
    role, users = role_of(reader, company), {user.subject: user for user in company.users}
    manages = role in MANAGERS
    return People(
        roles=tuple(_role(each, company) for each in get_args(CompanyRole)),
        reader=reader,
        adds=get_args(AddedRole) if manages else ADDED_BY_EDITORS if role in EDITORS else (),
        manages=manages,
        owns=role == "account_owner",
        owner=owner_of(company),
        managers=tuple(user for user in company.users if user.role in MANAGERS),
        offer=company.offer,
        successor=users.get(company.offer.successor) if company.offer else None,
        recovery=company.recovery,
    )


def _role(role: CompanyRole, company: Company) -> RoleView:
    users = tuple(user for user in company.users if user.role == role)
    return RoleView(role, "filled" if users else "unused" if role in company.unused_roles else "open", users)
