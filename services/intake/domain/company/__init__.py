"""The company: prepares its application, submits it, follows its course, and consents to what partners may know of it.

One module per part of its life; each holds its commands, its facts, and the functions that decide and evolve them.
"""

from datetime import datetime
from functools import partial, reduce
from typing import Annotated, assert_never, get_args

from pydantic import Field, TypeAdapter

from services.intake.domain.company import (
    announcing,
    consents,
    course,
    divisions,
    documents,
    eligibility,
    leaving,
    ownership,
    profile,
    questions,
    submission,
    users,
)
from services.intake.domain.company.earlier import FACT_UPCASTERS, STATE_UPCASTERS
from services.intake.domain.company.rights import DraftingCommand, PersonalCommand, authorise, refusals_of
from services.intake.domain.company.state import Absent, Company, State
from shared.contracts.catalogue import Catalogue
from shared.contracts.event import Outgoing
from shared.contracts.intake import CompanyEvent
from shared.decider import Command, Decider, Refusals, Tick
from shared.errors import Refused

__all__ = ["REFUSES", "Absent", "Company", "CompanyCommand", "CompanyFact", "State", "decider"]

CommandToCompany = (
    profile.ProfileCommand
    | eligibility.AnswerQuestion
    | divisions.DivisionCommand
    | documents.DocumentCommand
    | users.UserCommand
    | ownership.OwnershipCommand
    | consents.ConsentCommand
    | submission.Submit
    | questions.ReplyToQuestion
    | leaving.LeavingCommand
    | course.CourseCommand
)
CompanyCommand = profile.RegisterCompany | announcing.Announce | CommandToCompany
CompanyFact = (
    profile.ProfileFact
    | announcing.UsersAnnounced
    | eligibility.ApplicationAnswered
    | divisions.DivisionFact
    | documents.DocumentFact
    | users.UserFact
    | ownership.OwnershipFact
    | consents.ConsentFact
    | submission.ApplicationSubmitted
    | questions.QuestionReplied
    | leaving.LeavingFact
    | course.CourseFact
)


def decider(catalogue: Catalogue, limit: int, offer_days: int) -> Decider[CompanyCommand, State, CompanyFact]:
    """The company under this catalogue. `limit`: most bytes of a package; `offer_days`: how long an offer stands."""
    return Decider(
        collection="companies",
        source=CompanyEvent.SOURCE,
        absent=Absent(),
        states=TypeAdapter(Annotated[State, Field(discriminator="status")]),
        facts=TypeAdapter(Annotated[CompanyFact, Field(discriminator="kind")]),
        decide=partial(decide, catalogue=catalogue, limit=limit, offer_days=offer_days),
        evolve=evolve,
        refuses=REFUSES,
        publish=partial(publish, catalogue=catalogue),
        due=due,
        fact_upcasters=FACT_UPCASTERS,
        state_upcasters=STATE_UPCASTERS,
    )


REFUSED_BY_PARTS: Refusals = {
    **profile.REFUSES,
    **eligibility.REFUSES,
    **divisions.REFUSES,
    **documents.REFUSES,
    **users.REFUSES,
    **ownership.REFUSES,
    **consents.REFUSES,
    **submission.REFUSES,
    **questions.REFUSES,
    **leaving.REFUSES,
}


def _refuses(command: type[Command]) -> tuple[str, ...]:
    """With which codes a command may be refused: by its part, because of who gives it, or because the draft grows."""
    by_rights = refusals_of(command) if issubclass(command, PersonalCommand) else ()
    by_bound = ("package_too_large",) if issubclass(command, DraftingCommand) else ()
    return (*REFUSED_BY_PARTS.get(command, ()), *by_rights, *by_bound)


REFUSES: Refusals = {command: codes for command in get_args(CompanyCommand) if (codes := _refuses(command))}


def decide(
    command: CompanyCommand, state: State, catalogue: Catalogue, limit: int, offer_days: int
) -> tuple[CompanyFact, ...]:
    if isinstance(command, profile.RegisterCompany):
        return profile.register(command) if isinstance(state, Absent) else ()
    if isinstance(command, announcing.Announce):
        return () if isinstance(state, Absent) else announcing.announce(state)
    if isinstance(state, Absent):
        return _unknown(command)
    if isinstance(command, PersonalCommand):
        authorise(command, state)
    facts = _decided(command, state, catalogue, limit, offer_days)
    after = reduce(_evolved, facts, state)
    if isinstance(command, DraftingCommand):
        submission.keep_bounded(state, after, limit)
    submitting = isinstance(command, submission.Submit)
    return (*facts, *profile.declare(after, command.at, submitting=submitting)) if facts else ()


def _unknown(command: CommandToCompany) -> tuple[CompanyFact, ...]:
    """Nobody acts for a company that is not registered, and messages about it have no effect."""
    if isinstance(command, PersonalCommand | ownership.RecoverOwnership):
        raise Refused("not_found")
    return ()


def _decided(
    command: CommandToCompany, company: Company, catalogue: Catalogue, limit: int, offer_days: int
) -> tuple[CompanyFact, ...]:
    match command:
        case profile.ChangeProfile() | profile.ChangeParticulars():
            return profile.change(command, company)
        case profile.ChangeNumbers() | profile.ChangeContact():
            return profile.change(command, company)
        case eligibility.AnswerQuestion():
            return eligibility.answer(command, company, catalogue)
        case divisions.AddDivision() | divisions.ChangeDivision():
            return divisions.decide(command, company, catalogue)
        case divisions.RemoveDivision() | divisions.AnswerRequirement():
            return divisions.decide(command, company, catalogue)
        case documents.AddDocument() | documents.RemoveDocument():
            return documents.decide(command, company, catalogue)
        case users.AddUser() | users.ChangeUserRole() | users.RemoveUser() | users.MarkRoleUnused():
            return users.decide(command, company)
        case ownership.OfferOwnership() | ownership.RevokeOffer() | ownership.AcceptOwnership():
            return ownership.decide(command, company, catalogue, offer_days)
        case ownership.DeclineOwnership() | ownership.RecoverOwnership() | Tick():
            return ownership.decide(command, company, catalogue, offer_days)
        case consents.GiveConsent() | consents.WithdrawConsent():
            return consents.decide(command, company, catalogue)
        case submission.Submit():
            return submission.submit(command, company, catalogue, limit)
        case questions.ReplyToQuestion():
            return questions.reply(command, company)
        case leaving.Withdraw() | leaving.LeaveProgramme():
            return leaving.decide(command, company)
        case (
            course.NoteAdvice()
            | course.NoteStage()
            | course.NoteReturn()
            | course.NoteOutcome()
            | course.NoteMembership()
        ):
            return course.decide(command, company)
        case _:
            assert_never(command)


def evolve(state: State, fact: CompanyFact) -> State:
    if isinstance(fact, profile.CompanyRegistered):
        return profile.registered(fact)
    return state if isinstance(state, Absent) else _evolved(state, fact)


def _evolved(company: Company, fact: CompanyFact) -> Company:
    match fact:
        case profile.CompanyRegistered():
            return company
        case profile.ProfileChanged() | profile.ProfileDeclared():
            return profile.evolve(company, fact)
        case announcing.UsersAnnounced():
            return announcing.evolve(company, fact)
        case eligibility.ApplicationAnswered():
            return eligibility.evolve(company, fact)
        case divisions.DivisionAdded() | divisions.DivisionChanged():
            return divisions.evolve(company, fact)
        case divisions.DivisionRemoved() | divisions.RequirementAnswered():
            return divisions.evolve(company, fact)
        case documents.DocumentAdded() | documents.DocumentRemoved():
            return documents.evolve(company, fact)
        case users.UserAdded() | users.UserRoleChanged() | users.UserRemoved() | users.RoleMarkedUnused():
            return users.evolve(company, fact)
        case ownership.OwnershipOffered() | ownership.OfferEnded() | ownership.OwnershipTransferred():
            return ownership.evolve(company, fact)
        case consents.ConsentGiven() | consents.ConsentWithdrawn():
            return consents.evolve(company, fact)
        case submission.ApplicationSubmitted():
            return submission.evolve(company, fact)
        case questions.QuestionReplied():
            return questions.evolve(company, fact)
        case leaving.WithdrawalRequested() | leaving.LeavingRequested():
            return leaving.evolve(company, fact)
        case (
            course.AdviceNoted()
            | course.StageNoted()
            | course.ReturnReceived()
            | course.OutcomeNoted()
            | course.MembershipNoted()
        ):
            return course.evolve(company, fact)
        case _:
            assert_never(fact)


def publish(fact: CompanyFact, after: State, catalogue: Catalogue) -> Outgoing | None:
    message = None if isinstance(after, Absent) else _message(fact, after, catalogue)
    return message.outgoing() if message else None


def _message(fact: CompanyFact, company: Company, catalogue: Catalogue) -> CompanyEvent | None:
    match fact:
        case profile.CompanyRegistered() | announcing.UsersAnnounced() | ownership.OwnershipTransferred():
            return users.message(company)
        case users.UserAdded() | users.UserRoleChanged() | users.UserRemoved() | users.RoleMarkedUnused():
            return users.message(company)
        case profile.ProfileDeclared():
            return profile.message(fact, company)
        case consents.ConsentGiven() | consents.ConsentWithdrawn():
            return consents.message(fact, company)
        case submission.ApplicationSubmitted():
            return submission.package(fact, company, catalogue)
        case leaving.WithdrawalRequested() | leaving.LeavingRequested():
            return leaving.message(fact, company)
        case _:
            return None


def due(state: State) -> datetime | None:
    return None if isinstance(state, Absent) else ownership.due(state)
