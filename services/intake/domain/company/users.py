"""The people who may act for the company: who fills which of the four roles, and which roles it does not use."""

from typing import Literal, get_args

from pydantic import EmailStr

from services.intake.domain.company.rights import MANAGERS, PersonalCommand
from services.intake.domain.company.section import Section, measured
from services.intake.domain.company.state import Company, User
from shared.contracts import intake as published
from shared.contracts.types import Name
from shared.decider import Fact, Model
from shared.errors import Refused

MOST_USERS = 50
AddedRole = Literal["proxy_account_owner", "full_access_user", "read_only_user"]


class NewUser(Model):
    """A person, known by the reference number (URN) that the portal shows to that person."""

    urn: Name
    family_name: Name
    email: EmailStr
    role: AddedRole


class AddUser(PersonalCommand):
    kind: Literal["add_user"] = "add_user"
    user: NewUser


class MarkRoleUnused(PersonalCommand):
    BY = MANAGERS
    kind: Literal["mark_role_unused"] = "mark_role_unused"
    role: AddedRole


class UserAdded(Fact):
    kind: Literal["user_added"] = "user_added"
    user: User


class RoleMarkedUnused(Fact):
    kind: Literal["role_marked_unused"] = "role_marked_unused"
    role: AddedRole


def add(command: AddUser, company: Company) -> tuple[UserAdded]:
    new = command.user
    if new.role == "proxy_account_owner" and company.role_of(command.actor.subject) not in MANAGERS:
        raise Refused("role_not_yours", field="role")
    if company.role_of(new.urn):
        raise Refused("already_user", field="urn")
    if len(company.users) >= MOST_USERS:
        raise Refused("too_many_users")
    return (UserAdded(user=User(subject=new.urn, role=new.role, family_name=new.family_name, email=new.email)),)


def mark_unused(command: MarkRoleUnused, company: Company) -> tuple[RoleMarkedUnused, ...]:
    if _filled(company, command.role):
        raise Refused("role_in_use", field="role")
    return () if command.role in company.unused_roles else (RoleMarkedUnused(role=command.role),)


def section(company: Company) -> Section:
    """Users (programme.md 1.4): the owner has attested at registration; each other role is filled or marked unused."""
    open_roles = [role for role in get_args(AddedRole) if not _filled(company, role) and role not in company.unused_roles]
    others = ((f"users/{role}", "role_open" if role in open_roles else None) for role in get_args(AddedRole))
    return measured((("users/account_owner", None), *others))


def _filled(company: Company, role: AddedRole) -> bool:
    return any(user.role == role for user in company.users)


def evolve(company: Company, fact: UserAdded | RoleMarkedUnused) -> Company:
    if isinstance(fact, RoleMarkedUnused):
        return company.model_copy(update={"unused_roles": (*company.unused_roles, fact.role)})
    unused = tuple(role for role in company.unused_roles if role != fact.user.role)
    return company.model_copy(update={"users": (*company.users, fact.user), "unused_roles": unused})


def changed(company: Company) -> published.CompanyUsersChanged:
    users = tuple(published.UserRole(subject=user.subject, role=user.role) for user in company.users)
    return published.CompanyUsersChanged(company_id=company.company_id, users=users)
