"""Every command in every status of the application and of the membership (programme 3.1)."""

from functools import cache
from uuid import uuid5

import pytest

from services.intake.domain.company import Company, CompanyCommand
from services.intake.domain.company.divisions import AddDivision, ChangeDivision, RemoveDivision
from services.intake.domain.company.documents import RemoveDocument
from services.intake.domain.company.leaving import LeaveProgramme, Withdraw
from services.intake.domain.company.ownership import DeclineOwnership, RevokeOffer
from services.intake.domain.company.users import ChangeUserRole, MarkRoleUnused, RemoveUser
from shared.contracts.intake import Answer
from tests.support.builders.intake import (
    COMPANIES,
    COMPLETE,
    FULL,
    OFFER_DAYS,
    PROXY,
    READER,
    accept,
    add_user,
    announce,
    answer_question,
    answer_with,
    asked,
    change_contact,
    change_numbers,
    change_particulars,
    change_profile,
    company_after,
    consent,
    days_later,
    file,
    note_advice,
    note_approval,
    note_denial,
    note_membership,
    note_return,
    note_stage,
    offer,
    recover,
    register,
    reply,
    site_of,
    submit,
    tick,
    withdraw,
)
from tests.support.builders.packages import COMPANY, YARD, address, division, document
from tests.support.builders.tables import assert_whole, cells, what_comes

DEPOT = division(uuid5(COMPANY, "depot"), "Guelph depot", "2 Lock Lane")
SPARE = document(uuid5(COMPANY, "spare"), "evidence")
GONE = asked(RemoveUser, urn=READER.subject)

APPLICATIONS: dict[str, tuple[CompanyCommand, ...]] = {
    "P": (*COMPLETE, submit(), asked(Withdraw), note_stage("withdrawn")),
    "U": (*COMPLETE, submit()),
    "R": (*COMPLETE, submit(), note_return(), reply("The president did.")),
    "W": (*COMPLETE, submit(), asked(Withdraw)),
}
MEMBERSHIPS: dict[str, tuple[CompanyCommand, ...]] = {
    "none": (),
    "active": (note_membership("active"),),
    "suspended": (note_membership("active"), note_membership("suspended")),
    "ended": (note_membership("active"), note_membership("cancelled")),
}
LIVES = {
    f"{status}-{member}": (*life, *membership)
    for status, life in APPLICATIONS.items()
    for member, membership in MEMBERSHIPS.items()
}
GROUPS = {
    f"{status}{group}": [f"{status}-{member}" for member in members]
    for status in APPLICATIONS
    for group, members in (("", MEMBERSHIPS), ("-member", ("active", "suspended")), ("-other", ("none", "ended")))
}
COMMANDS: dict[str, tuple[CompanyCommand, ...]] = {  # the last of each, after what it needs to find
    "RegisterCompany": (register(),),
    "ChangeProfile": (change_profile(address=address("77 Heron Road")),),
    "ChangeParticulars": (change_particulars(address=address("77 Heron Road")),),
    "ChangeNumbers": (change_numbers(rm_account="RM0002"),),
    "ChangeContact": (change_contact(title="Head of security"),),
    "AddUser": (add_user("full_access_user", urn="nour"),),
    "ChangeUserRole": (asked(ChangeUserRole, urn=FULL.subject, role="read_only_user"),),
    "RemoveUser": (asked(RemoveUser, urn=FULL.subject),),
    "RemoveUser who is the successor": (offer(), asked(RemoveUser, urn=PROXY.subject)),
    "MarkRoleUnused": (GONE, asked(MarkRoleUnused, role="read_only_user")),
    "OfferOwnership": (offer(),),
    "OfferOwnership again": (offer(), offer()),
    "RevokeOffer": (offer(), asked(RevokeOffer)),
    "RevokeOffer that is not there": (asked(RevokeOffer),),
    "DeclineOwnership": (offer(), asked(DeclineOwnership, by=PROXY)),
    "AcceptOwnership": (offer(), accept()),
    "AcceptOwnership that is not offered": (accept(),),
    "RecoverOwnership": (recover(),),
    "Announce": (announce(),),
    "Tick on the day": (offer(), tick(days_later(OFFER_DAYS))),
    "Tick before the day": (offer(), tick(days_later(OFFER_DAYS - 1))),
    "AnswerQuestion": (answer_question("movements_12_months", value=12),),
    "AddDivision": (asked(AddDivision, division_id=DEPOT.division_id, site=site_of(DEPOT)),),
    "ChangeDivision": (asked(ChangeDivision, division_id=YARD, site=site_of(DEPOT)),),
    "RemoveDivision": (asked(RemoveDivision, division_id=YARD),),
    "AnswerRequirement": (answer_with(Answer(requirement_id="CS-01", response="described", text="Signed.")),),
    "AddDocument": (file(SPARE),),
    "RemoveDocument": (file(SPARE), asked(RemoveDocument, document_id=SPARE.document_id)),
    "ReplyToQuestion": (reply("The board did."),),
    "ReplyToQuestion that is not asked": (reply(question=YARD),),
    "GiveConsent": (consent("US"),),
    "GiveConsent again": (consent("US"), consent("US")),
    "WithdrawConsent": (consent("US"), withdraw("US")),
    "WithdrawConsent that is not given": (withdraw("US"),),
    "WithdrawConsent of an administration that is not": (withdraw("Us"),),
    "Submit": (submit(),),
    "Withdraw": (asked(Withdraw),),
    "LeaveProgramme": (asked(LeaveProgramme),),
    "LeaveProgramme again": (asked(LeaveProgramme), asked(LeaveProgramme)),
    "NoteAdvice": (note_advice(),),
    "NoteAdvice again": (note_advice(), note_advice()),
    "NoteStage": (note_stage("decision"),),
    "NoteStage withdrawn": (note_stage("withdrawn"),),
    "NoteReturn": (note_return(),),
    "NoteOutcome approved": (note_approval(),),
    "NoteOutcome denied": (note_denial(),),
    "NoteMembership": (note_membership("withdrawn"),),
}
TABLE = """
command                                          | P U R W
RegisterCompany                                  | ()
AddUser                                          | UserAdded
ChangeUserRole                                   | UserRoleChanged
RemoveUser                                       | UserRemoved
RemoveUser who is the successor                  | UserRemoved, OfferEnded
MarkRoleUnused                                   | RoleMarkedUnused
OfferOwnership                                   | OwnershipOffered
OfferOwnership again                             | `offer_open`
RevokeOffer                                      | OfferEnded
RevokeOffer that is not there                    | `no_offer`
DeclineOwnership                                 | OfferEnded
AcceptOwnership                                  | OwnershipTransferred
AcceptOwnership that is not offered              | `no_offer`
RecoverOwnership                                 | OwnershipTransferred
Announce                                         | ()
Tick on the day                                  | OfferEnded
Tick before the day                              | ()
AnswerQuestion                                   | ApplicationAnswered
AddDivision                                      | DivisionAdded
ChangeDivision                                   | DivisionChanged
RemoveDivision                                   | DivisionRemoved
AnswerRequirement                                | RequirementAnswered
AddDocument                                      | DocumentAdded
RemoveDocument                                   | DocumentRemoved
ReplyToQuestion that is not asked                | `no_open_question`
GiveConsent                                      | ConsentGiven
GiveConsent again                                | ()
WithdrawConsent                                  | ConsentWithdrawn
WithdrawConsent that is not given                | ()
WithdrawConsent of an administration that is not | `administration_unknown`
NoteAdvice                                       | AdviceNoted
NoteAdvice again                                 | ()
NoteStage                                        | StageNoted
NoteOutcome approved                             | OutcomeNoted
NoteOutcome denied                               | OutcomeNoted
NoteMembership                                   | MembershipNoted

command             | P                  | U                   | R                   | W
ReplyToQuestion     | `no_open_question` | `no_open_question`  | QuestionReplied     | `no_open_question`
Withdraw            | `no_application`   | WithdrawalRequested | WithdrawalRequested | ()
NoteStage withdrawn | ()                 | StageNoted          | StageNoted          | StageNoted
NoteReturn          | ()                 | ReturnReceived      | ()                  | ReturnReceived

command           | P-member                        | P-other U R W
ChangeProfile     | ProfileChanged, ProfileDeclared | ProfileChanged
ChangeParticulars | ProfileChanged, ProfileDeclared | ProfileChanged
ChangeNumbers     | ProfileChanged, ProfileDeclared | ProfileChanged
ChangeContact     | ProfileChanged, ProfileDeclared | ProfileChanged

command | P-other R-other      | P-member R-member | U                  | W
Submit  | ApplicationSubmitted | `already_member`  | `application_open` | `withdrawal_pending`

command              | P-member U-member R-member W-member | P-other U-other R-other W-other
LeaveProgramme       | LeavingRequested                    | `not_a_member`
LeaveProgramme again | ()                                  | `not_a_member`
"""
NEXT = """
command              | P | U | R | W
Submit               | U | U | U | W
Withdraw             | P | W | W | W
NoteAdvice           | P | U | R | W
NoteStage            | P | U | R | W
NoteStage withdrawn  | P | P | P | P
NoteReturn           | P | R | R | W
NoteOutcome approved | P | P | P | P
NoteOutcome denied   | P | P | P | P
NoteMembership       | P | U | R | W
"""
CELLS = cells(TABLE, **GROUPS)


@cache
def company_as(life: str) -> Company:
    return company_after(LIVES[life])[0]


@pytest.mark.parametrize(("command", "life", "outcome"), CELLS)
def test_what_a_command_does(command: str, life: str, outcome: str) -> None:
    assert what_comes(COMPANIES, COMMANDS[command], company_as(life)) == outcome


def test_the_table_is_whole() -> None:
    assert_whole(CELLS, COMMANDS, LIVES, CompanyCommand)


@pytest.mark.parametrize(("command", "status", "after"), cells(NEXT))
def test_where_the_application_is_then(command: str, status: str, after: str) -> None:
    company, _ = company_after(COMMANDS[command], company_as(f"{status}-none"))
    assert company.application.status == company_as(f"{after}-none").application.status
