"""The company: prepares its application, submits it, follows its course, and consents to what partners may know of it.

One module per part of its life; each holds its commands, its facts, and the functions that decide and evolve them.
"""

from functools import partial, reduce
from typing import Annotated, assert_never

from pydantic import Field, TypeAdapter

from services.intake.domain.company import consents, course, divisions, documents, eligibility, profile, submission, users
from services.intake.domain.company.consents import ConsentGiven, ConsentWithdrawn, GiveConsent, WithdrawConsent
from services.intake.domain.company.course import (
    MembershipNoted,
    NoteMembership,
    NoteOutcome,
    NoteReturn,
    NoteStage,
    OutcomeNoted,
    ReturnReceived,
    StageNoted,
)
from services.intake.domain.company.divisions import (
    AddDivision,
    AnswerRequirement,
    ChangeDivision,
    DivisionAdded,
    DivisionChanged,
    DivisionRemoved,
    RemoveDivision,
    RequirementAnswered,
)
from services.intake.domain.company.documents import AddDocument, DocumentAdded, DocumentRemoved, RemoveDocument
from services.intake.domain.company.eligibility import AnswerApplication, ApplicationAnswered
from services.intake.domain.company.profile import ChangeProfile, CompanyRegistered, ProfileChanged, ProfileDeclared, RegisterCompany
from services.intake.domain.company.rights import PersonalCommand, authorise
from services.intake.domain.company.state import Absent, Company, State
from services.intake.domain.company.submission import ApplicationSubmitted, Submit
from services.intake.domain.company.users import AddUser, MarkRoleUnused, RoleMarkedUnused, UserAdded
from shared.contracts.catalogue import Catalogue
from shared.contracts.intake import CompanyEvent
from shared.decider import Decider, Outgoing
from shared.errors import Refused

__all__ = ["Absent", "Asked", "Company", "Happened", "State", "decider"]

AskedByPeople = (
    ChangeProfile
    | AnswerApplication
    | AddDivision
    | ChangeDivision
    | RemoveDivision
    | AnswerRequirement
    | AddDocument
    | RemoveDocument
    | AddUser
    | MarkRoleUnused
    | GiveConsent
    | WithdrawConsent
    | Submit
)
Told = NoteStage | NoteReturn | NoteOutcome | NoteMembership
Asked = RegisterCompany | AskedByPeople | Told
Noted = StageNoted | ReturnReceived | OutcomeNoted | MembershipNoted
Happened = (
    CompanyRegistered
    | ProfileChanged
    | ProfileDeclared
    | ApplicationAnswered
    | DivisionAdded
    | DivisionChanged
    | DivisionRemoved
    | RequirementAnswered
    | DocumentAdded
    | DocumentRemoved
    | UserAdded
    | RoleMarkedUnused
    | ConsentGiven
    | ConsentWithdrawn
    | ApplicationSubmitted
    | Noted
)


def decider(catalogue: Catalogue, limit: int) -> Decider[Asked, State, Happened]:
    """The company under this catalogue, its packages bounded to so many bytes."""
    return Decider(
        collection="companies",
        source=CompanyEvent.SOURCE,
        absent=Absent(),
        states=TypeAdapter(Annotated[State, Field(discriminator="status")]),
        facts=TypeAdapter(Annotated[Happened, Field(discriminator="kind")]),
        decide=partial(decide, catalogue, limit),
        evolve=evolve,
        publish=partial(publish, catalogue),
    )


def decide(catalogue: Catalogue, limit: int, command: Asked, state: State) -> tuple[Happened, ...]:
    if isinstance(command, RegisterCompany):
        return profile.register(command) if isinstance(state, Absent) else ()
    if isinstance(state, Absent):
        return _unknown(command)
    if isinstance(command, PersonalCommand):
        authorise(command, state)
    facts = _decided(catalogue, limit, command, state)
    after = reduce(_evolved, facts, state)
    if isinstance(command, PersonalCommand):
        submission.keep_bounded(state, after, limit)
    submitting = isinstance(command, Submit)
    return (*facts, *profile.declare(after, command.at, submitting=submitting, catalogue=catalogue)) if facts else ()


def _unknown(command: AskedByPeople | Told) -> tuple[Happened, ...]:
    """Nobody acts for a company that is not registered, and what is heard of it has no meaning."""
    if isinstance(command, PersonalCommand):
        raise Refused("not_found")
    return ()


def _decided(catalogue: Catalogue, limit: int, command: AskedByPeople | Told, company: Company) -> tuple[Happened, ...]:
    match command:
        case ChangeProfile():
            return profile.change(command, company)
        case AnswerApplication():
            return eligibility.answer(command, company)
        case AddDivision():
            return divisions.add(command, company)
        case ChangeDivision():
            return divisions.change(command, company, catalogue)
        case RemoveDivision():
            return divisions.remove(command, company)
        case AnswerRequirement():
            return divisions.answer(command, company, catalogue)
        case AddDocument():
            return documents.add(command, company, catalogue)
        case RemoveDocument():
            return documents.remove(command, company)
        case AddUser():
            return users.add(command, company)
        case MarkRoleUnused():
            return users.mark_unused(command, company)
        case GiveConsent():
            return consents.give(command, company, catalogue)
        case WithdrawConsent():
            return consents.withdraw(command, company)
        case Submit():
            return submission.submit(command, company, catalogue, limit)
        case NoteStage():
            return course.note_stage(command, company)
        case NoteReturn():
            return course.note_return(command, company)
        case NoteOutcome():
            return course.note_outcome(command, company)
        case NoteMembership():
            return course.note_membership(command, company)
        case _:
            assert_never(command)


def evolve(state: State, fact: Happened) -> State:
    if isinstance(fact, CompanyRegistered):
        return profile.registered(fact)
    return state if isinstance(state, Absent) else _evolved(state, fact)


def _evolved(company: Company, fact: Happened) -> Company:
    match fact:
        case CompanyRegistered():
            return company
        case ProfileChanged() | ProfileDeclared():
            return profile.evolve(company, fact)
        case ApplicationAnswered():
            return eligibility.evolve(company, fact)
        case DivisionAdded() | DivisionChanged() | DivisionRemoved() | RequirementAnswered():
            return divisions.evolve(company, fact)
        case DocumentAdded() | DocumentRemoved():
            return documents.evolve(company, fact)
        case UserAdded() | RoleMarkedUnused():
            return users.evolve(company, fact)
        case ConsentGiven() | ConsentWithdrawn():
            return consents.evolve(company, fact)
        case ApplicationSubmitted():
            return submission.evolve(company, fact)
        case StageNoted() | ReturnReceived() | OutcomeNoted() | MembershipNoted():
            return course.evolve(company, fact)
        case _:
            assert_never(fact)


def publish(catalogue: Catalogue, fact: Happened, after: State) -> Outgoing | None:
    said = None if isinstance(after, Absent) else _said(catalogue, fact, after)
    return said.outgoing() if said else None


def _said(catalogue: Catalogue, fact: Happened, company: Company) -> CompanyEvent | None:
    match fact:
        case CompanyRegistered() | UserAdded() | RoleMarkedUnused():
            return users.changed(company)
        case ProfileDeclared():
            return profile.updated(fact, company)
        case ConsentGiven() | ConsentWithdrawn():
            return consents.told(fact, company)
        case ApplicationSubmitted():
            return submission.package(fact, company, catalogue)
        case _:
            return None
