"""The people who may act for the company: who fills which of the four roles, and which roles it does not use."""

from typing import Annotated, Literal, assert_never, get_args

from pydantic import EmailStr, Field

from services.intake.domain.company import ownership
from services.intake.domain.company.ownership import OfferEnded
from services.intake.domain.company.rights import MANAGERS, PersonalCommand
from services.intake.domain.company.section import Section, measured
from services.intake.domain.company.state import Company, User
from shared.contracts import intake as published
from shared.contracts.types import Name, Urn
from shared.decider import Fact, Refusals
from shared.errors import Refused
from shared.model import Model

MOST_USERS = 50
AddedRole = Literal["proxy_account_owner", "full_access_user", "read_only_user"]


class Person(Model):
    """What a person is called, and where the person is written to."""

    family_name: Annotated[Name, Field(examples=["Roy"])]
    email: EmailStr


class NewUser(Person):
    """A person, known by the reference number (URN) that the portal shows to that person."""

    urn: Urn
    role: AddedRole


class AddUser(PersonalCommand):
    kind: Literal["add_user"] = "add_user"
    user: NewUser


class ChangeUserRole(PersonalCommand):
    BY = MANAGERS
    kind: Literal["change_user_role"] = "change_user_role"
    urn: Name
    role: AddedRole


class RemoveUser(PersonalCommand):
    BY = MANAGERS
    kind: Literal["remove_user"] = "remove_user"
    urn: Name


class MarkRoleUnused(PersonalCommand):
    BY = MANAGERS
    kind: Literal["mark_role_unused"] = "mark_role_unused"
    role: AddedRole


class UserAdded(Fact):
    kind: Literal["user_added"] = "user_added"
    user: User


class UserRoleChanged(Fact):
    kind: Literal["user_role_changed"] = "user_role_changed"
    subject: Name
    role: AddedRole


class UserRemoved(Fact):
    kind: Literal["user_removed"] = "user_removed"
    subject: Name


class RoleMarkedUnused(Fact):
    kind: Literal["role_marked_unused"] = "role_marked_unused"
    role: AddedRole


UserCommand = AddUser | ChangeUserRole | RemoveUser | MarkRoleUnused
UserFact = UserAdded | UserRoleChanged | UserRemoved | RoleMarkedUnused
REFUSES: Refusals = {
    AddUser: ("already_user", "role_not_yours", "too_many_users"),
    ChangeUserRole: ("owner_must_transfer", "unknown_user"),
    RemoveUser: ("owner_must_transfer", "unknown_user"),
    MarkRoleUnused: ("role_in_use",),
}


def decide(command: UserCommand, company: Company) -> tuple[UserFact | OfferEnded, ...]:
    match command:
        case AddUser():
            return add(command, company)
        case ChangeUserRole():
            return change_role(command, company)
        case RemoveUser():
            return remove(command, company)
        case MarkRoleUnused():
            return mark_unused(command, company)
        case _:
            assert_never(command)


def add(command: AddUser, company: Company) -> tuple[UserAdded]:
    new = command.user
    if new.role == "proxy_account_owner" and company.role_of(command.actor.subject) not in MANAGERS:
        raise Refused("role_not_yours", field="role")
    if company.role_of(new.urn):
        raise Refused("already_user", field="urn")
    if len(company.users) >= MOST_USERS:
        raise Refused("too_many_users")
    return (UserAdded(user=User(subject=new.urn, role=new.role, family_name=new.family_name, email=new.email)),)


def change_role(command: ChangeUserRole, company: Company) -> tuple[UserRoleChanged, ...]:
    _not_the_owner(command.urn, company)
    return (
        ()
        if company.role_of(command.urn) == command.role
        else (UserRoleChanged(subject=command.urn, role=command.role),)
    )


def remove(command: RemoveUser, company: Company) -> tuple[UserRemoved | OfferEnded, ...]:
    """Ends an offer of ownership to this person too."""
    _not_the_owner(command.urn, company)
    return (UserRemoved(subject=command.urn), *ownership.without(command.urn, company))


def _not_the_owner(subject: str, company: Company) -> None:
    """Raises Refused: unknown_user, or owner_must_transfer for the owner, who hands ownership over first."""
    role = company.role_of(subject)
    if role is None:
        raise Refused("unknown_user", field="urn")
    if role == "account_owner":
        raise Refused("owner_must_transfer", field="urn")


def mark_unused(command: MarkRoleUnused, company: Company) -> tuple[RoleMarkedUnused, ...]:
    if _filled(company, command.role):
        raise Refused("role_in_use", field="role")
    return () if command.role in company.unused_roles else (RoleMarkedUnused(role=command.role),)


def section(company: Company) -> Section:
    """Users (programme 1.4): the owner has attested at registration; each other role is filled or marked unused."""
    open_roles = [
        role for role in get_args(AddedRole) if not _filled(company, role) and role not in company.unused_roles
    ]
    others = ((f"users/{role}", "role_open" if role in open_roles else None) for role in get_args(AddedRole))
    return measured((("users/account_owner", None), *others))


def _filled(company: Company, role: AddedRole) -> bool:
    return any(user.role == role for user in company.users)


def evolve(company: Company, fact: UserFact) -> Company:
    match fact:
        case UserAdded():
            return company.with_users((*company.users, fact.user))
        case UserRoleChanged():
            return company.in_roles({fact.subject: fact.role})
        case UserRemoved():
            return company.with_users(tuple(user for user in company.users if user.subject != fact.subject))
        case RoleMarkedUnused():
            return company.model_copy(update={"unused_roles": (*company.unused_roles, fact.role)})


def message(company: Company) -> published.CompanyUsersChanged:
    users = tuple(published.UserRole(subject=user.subject, role=user.role) for user in company.users)
    return published.CompanyUsersChanged(company_id=company.company_id, users=users)
