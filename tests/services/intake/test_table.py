"""Every command in every status, as in the table of programme.md 3.1: the facts that follow, or the code of the refusal."""

from functools import cache
from typing import get_args
from uuid import uuid5

import pytest

from services.intake.domain.company import Asked, Company
from services.intake.domain.company.divisions import AddDivision, ChangeDivision, RemoveDivision
from services.intake.domain.company.documents import RemoveDocument
from services.intake.domain.company.eligibility import AnswerApplication
from services.intake.domain.company.leaving import LeaveProgramme, Withdraw
from services.intake.domain.company.ownership import DeclineOwnership, RevokeOffer
from services.intake.domain.company.users import ChangeUserRole, MarkRoleUnused, RemoveUser
from shared.contracts.types import Answer
from shared.errors import Refused
from tests.support.packages import COMPANY, YARD, address, division, document, eligibility
from tests.support.samples_intake import (
    COMPLETE,
    DECIDER,
    FULL,
    OFFER_DAYS,
    PROXY,
    READER,
    accept,
    add_user,
    answer_with,
    asked,
    change_profile,
    consent,
    days_later,
    file,
    lived,
    offer,
    recover,
    register,
    reply,
    site_of,
    submit,
    tick,
    told_approval,
    told_denial,
    told_membership,
    told_return,
    told_stage,
    withdraw,
)

DEPOT = division(uuid5(COMPANY, "depot"), "Guelph depot", "2 Lock Lane")
SPARE = document(uuid5(COMPANY, "spare"), "evidence")
GONE = asked(RemoveUser, urn=READER.subject)

APPLICATIONS: dict[str, tuple[Asked, ...]] = {
    "P": (*COMPLETE, submit(), asked(Withdraw), told_stage("withdrawn")),
    "U": (*COMPLETE, submit()),
    "R": (*COMPLETE, submit(), told_return(), reply("The president did.")),
    "W": (*COMPLETE, submit(), asked(Withdraw)),
}
MEMBERSHIPS: dict[str, tuple[Asked, ...]] = {
    "none": (),
    "active": (told_membership("active"),),
    "suspended": (told_membership("active"), told_membership("suspended")),
    "ended": (told_membership("active"), told_membership("cancelled")),
}
MEMBER = {"any": tuple(MEMBERSHIPS), "member": ("active", "suspended"), "other": ("none", "ended")}
COMMANDS: dict[str, tuple[Asked, ...]] = {  # the last of each, after what it needs to find
    "RegisterCompany": (register(),),
    "ChangeProfile": (change_profile(address=address("77 Heron Road")),),
    "AddUser": (add_user("full_access_user", urn="nour"),),
    "ChangeUserRole": (asked(ChangeUserRole, urn=FULL.subject, role="read_only_user"),),
    "RemoveUser": (asked(RemoveUser, urn=FULL.subject),),
    "RemoveUser, successor": (offer(), asked(RemoveUser, urn=PROXY.subject)),
    "MarkRoleUnused": (GONE, asked(MarkRoleUnused, role="read_only_user")),
    "OfferOwnership": (offer(),),
    "OfferOwnership again": (offer(), offer()),
    "RevokeOffer": (offer(), asked(RevokeOffer)),
    "RevokeOffer, none": (asked(RevokeOffer),),
    "DeclineOwnership": (offer(), asked(DeclineOwnership, by=PROXY)),
    "AcceptOwnership": (offer(), accept()),
    "AcceptOwnership, none": (accept(),),
    "RecoverOwnership": (recover(),),
    "Tick": (offer(), tick(days_later(OFFER_DAYS))),
    "Tick, early": (offer(), tick(days_later(OFFER_DAYS - 1))),
    "AnswerApplication": (asked(AnswerApplication, eligibility=eligibility(movements_12_months=12)),),
    "AddDivision": (asked(AddDivision, division_id=DEPOT.division_id, site=site_of(DEPOT)),),
    "ChangeDivision": (asked(ChangeDivision, division_id=YARD, site=site_of(DEPOT)),),
    "RemoveDivision": (asked(RemoveDivision, division_id=YARD),),
    "AnswerRequirement": (answer_with(Answer(requirement_id="CS-01", response="described", text="Signed.")),),
    "AddDocument": (file(SPARE),),
    "RemoveDocument": (file(SPARE), asked(RemoveDocument, document_id=SPARE.document_id)),
    "ReplyToQuestion": (reply("The board did."),),
    "ReplyToQuestion, other": (reply(question=YARD),),
    "GiveConsent": (consent("US"),),
    "GiveConsent again": (consent("US"), consent("US")),
    "WithdrawConsent": (consent("US"), withdraw("US")),
    "WithdrawConsent, none": (withdraw("US"),),
    "Submit": (submit(),),
    "Withdraw": (asked(Withdraw),),
    "LeaveProgramme": (asked(LeaveProgramme),),
    "LeaveProgramme again": (asked(LeaveProgramme), asked(LeaveProgramme)),
    "NoteStage": (told_stage("decision"),),
    "NoteStage withdrawn": (told_stage("withdrawn"),),
    "NoteReturn": (told_return(),),
    "NoteOutcome approved": (told_approval(),),
    "NoteOutcome denied": (told_denial(),),
    "NoteMembership": (told_membership("withdrawn"),),
}
TABLE = """
command                | M      | P                              | U                      | R                      | W
RegisterCompany        | any    |                                |                        |                        |
ChangeProfile          | other  | ProfileChanged                 | ProfileChanged         | ProfileChanged         | ProfileChanged
ChangeProfile          | member | ProfileChanged ProfileDeclared | ProfileChanged         | ProfileChanged         | ProfileChanged
AddUser                | any    | UserAdded                      | UserAdded              | UserAdded              | UserAdded
ChangeUserRole         | any    | UserRoleChanged                | UserRoleChanged        | UserRoleChanged        | UserRoleChanged
RemoveUser             | any    | UserRemoved                    | UserRemoved            | UserRemoved            | UserRemoved
RemoveUser, successor  | any    | UserRemoved OfferEnded         | UserRemoved OfferEnded | UserRemoved OfferEnded | UserRemoved OfferEnded
MarkRoleUnused         | any    | RoleMarkedUnused               | RoleMarkedUnused       | RoleMarkedUnused       | RoleMarkedUnused
OfferOwnership         | any    | OwnershipOffered               | OwnershipOffered       | OwnershipOffered       | OwnershipOffered
OfferOwnership again   | any    | offer_open                     | offer_open             | offer_open             | offer_open
RevokeOffer            | any    | OfferEnded                     | OfferEnded             | OfferEnded             | OfferEnded
RevokeOffer, none      | any    | no_offer                       | no_offer               | no_offer               | no_offer
DeclineOwnership       | any    | OfferEnded                     | OfferEnded             | OfferEnded             | OfferEnded
AcceptOwnership        | any    | OwnershipTransferred           | OwnershipTransferred   | OwnershipTransferred   | OwnershipTransferred
AcceptOwnership, none  | any    | no_offer                       | no_offer               | no_offer               | no_offer
RecoverOwnership       | any    | OwnershipTransferred           | OwnershipTransferred   | OwnershipTransferred   | OwnershipTransferred
Tick                   | any    | OfferEnded                     | OfferEnded             | OfferEnded             | OfferEnded
Tick, early            | any    |                                |                        |                        |
AnswerApplication      | any    | ApplicationAnswered            | ApplicationAnswered    | ApplicationAnswered    | ApplicationAnswered
AddDivision            | any    | DivisionAdded                  | DivisionAdded          | DivisionAdded          | DivisionAdded
ChangeDivision         | any    | DivisionChanged                | DivisionChanged        | DivisionChanged        | DivisionChanged
RemoveDivision         | any    | DivisionRemoved                | DivisionRemoved        | DivisionRemoved        | DivisionRemoved
AnswerRequirement      | any    | RequirementAnswered            | RequirementAnswered    | RequirementAnswered    | RequirementAnswered
AddDocument            | any    | DocumentAdded                  | DocumentAdded          | DocumentAdded          | DocumentAdded
RemoveDocument         | any    | DocumentRemoved                | DocumentRemoved        | DocumentRemoved        | DocumentRemoved
ReplyToQuestion        | any    | no_open_question               | no_open_question       | QuestionReplied        | no_open_question
ReplyToQuestion, other | any    | no_open_question               | no_open_question       | no_open_question       | no_open_question
GiveConsent            | any    | ConsentGiven                   | ConsentGiven           | ConsentGiven           | ConsentGiven
GiveConsent again      | any    |                                |                        |                        |
WithdrawConsent        | any    | ConsentWithdrawn               | ConsentWithdrawn       | ConsentWithdrawn       | ConsentWithdrawn
WithdrawConsent, none  | any    |                                |                        |                        |
Submit                 | other  | ApplicationSubmitted           | application_open       | ApplicationSubmitted   | withdrawal_pending
Submit                 | member | already_member                 | application_open       | already_member         | withdrawal_pending
Withdraw               | any    | no_application                 | WithdrawalRequested    | WithdrawalRequested    |
LeaveProgramme         | other  | not_a_member                   | not_a_member           | not_a_member           | not_a_member
LeaveProgramme         | member | LeavingRequested               | LeavingRequested       | LeavingRequested       | LeavingRequested
LeaveProgramme again   | other  | not_a_member                   | not_a_member           | not_a_member           | not_a_member
LeaveProgramme again   | member |                                |                        |                        |
NoteStage              | any    | StageNoted                     | StageNoted             | StageNoted             | StageNoted
NoteStage withdrawn    | any    |                                | StageNoted             | StageNoted             | StageNoted
NoteReturn             | any    |                                | ReturnReceived         |                        | ReturnReceived
NoteOutcome approved   | any    | OutcomeNoted                   | OutcomeNoted           | OutcomeNoted           | OutcomeNoted
NoteOutcome denied     | any    | OutcomeNoted                   | OutcomeNoted           | OutcomeNoted           | OutcomeNoted
NoteMembership         | any    | MembershipNoted                | MembershipNoted        | MembershipNoted        | MembershipNoted
"""
NEXT = """
command              | P | U | R | W
Submit               | U | U | U | W
Withdraw             | P | W | W | W
NoteStage            | P | U | R | W
NoteStage withdrawn  | P | P | P | P
NoteReturn           | P | R | R | W
NoteOutcome approved | P | P | P | P
NoteOutcome denied   | P | P | P | P
NoteMembership       | P | U | R | W
"""


def rows(table: str) -> list[dict[str, str]]:
    """The rows of a table by its heads."""
    head, *lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return [dict(zip(head, line, strict=True)) for line in lines]


CELLS = [(row["command"], status, member, row[status]) for row in rows(TABLE) for status in APPLICATIONS for member in MEMBER[row["M"]]]


@cache
def company_as(status: str, member: str) -> Company:
    return lived((*APPLICATIONS[status], *MEMBERSHIPS[member]))[0]


def happens(command: Asked, company: Company) -> str:
    """The facts that follow, or the code of the refusal."""
    try:
        return " ".join(type(fact).__name__ for fact in DECIDER.decide(command, company))
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize(("name", "status", "member", "expected"), CELLS)
def test_what_a_command_does(name: str, status: str, member: str, expected: str) -> None:
    *given, command = COMMANDS[name]
    company, _ = lived(given, company_as(status, member))
    assert happens(command, company) == expected


@pytest.mark.parametrize(
    ("name", "status", "after"), [(row["command"], status, row[status]) for row in rows(NEXT) for status in APPLICATIONS]
)
def test_where_the_application_is_then(name: str, status: str, after: str) -> None:
    company, _ = lived(COMMANDS[name], company_as(status, "none"))
    assert company.application.status == company_as(after, "none").application.status


def test_every_command_stands_in_the_table_for_every_status() -> None:
    assert {type(command).__name__ for *_, command in COMMANDS.values()} == {kind.__name__ for kind in get_args(Asked)}
    every = [(name, status, member) for name in COMMANDS for status in APPLICATIONS for member in MEMBERSHIPS]
    assert sorted(cell[:3] for cell in CELLS) == sorted(every)
