"""Who may do what in a company, as in the table of programme 1.3; to a stranger the company does not exist."""

from collections.abc import Callable
from typing import get_args
from uuid import uuid5

import pytest

from services.intake.domain.company import Company, CompanyCommand
from services.intake.domain.company.divisions import AddDivision, ChangeDivision, RemoveDivision
from services.intake.domain.company.documents import RemoveDocument
from services.intake.domain.company.leaving import LeaveProgramme, Withdraw
from services.intake.domain.company.ownership import DeclineOwnership, RevokeOffer
from services.intake.domain.company.rights import PersonalCommand
from services.intake.domain.company.users import ChangeUserRole, MarkRoleUnused, RemoveUser
from shared.contracts.intake import Answer
from shared.decider import Actor
from tests.support.builders.deciding import refusal
from tests.support.builders.intake import (
    COMPANIES,
    DECISION_OFFICER,
    FULL,
    OWNER,
    PROXY,
    READER,
    STRANGER,
    accept,
    add_user,
    answer_question,
    answer_with,
    asked,
    change_contact,
    change_numbers,
    change_particulars,
    change_profile,
    company_after,
    company_in,
    consent,
    file,
    offer,
    recover,
    reply,
    site_of,
    submit,
    withdraw,
)
from tests.support.builders.packages import COMPANY, TERMINAL, YARD, division, document

DEPOT = division(uuid5(COMPANY, "depot"), "Guelph depot", "2 Lock Lane")
SPARE, PLAN = document(TERMINAL, "evidence"), document(DEPOT.division_id, "seal_procedure")
ANSWER = Answer(requirement_id="CS-01", response="described", text="Signed.")
EDIT, MANAGE, OWN = ("", "", "", "role_not_allowed"), ("", "", *["role_not_allowed"] * 2), ("", *["owner_only"] * 3)
NAMED = ("no_offer", "", "no_offer", "no_offer")
PEOPLE = (OWNER, PROXY, FULL, READER)
Ask = Callable[[Actor], CompanyCommand]
TABLE: dict[str, tuple[Ask, tuple[str, ...]]] = {  # the refusals of owner, proxy, full and read
    "edit the profile": (lambda by: change_profile(by=by, operating_name="Boreal North"), EDIT),
    "edit the particulars": (lambda by: change_particulars(by=by, operating_name="Boreal North"), EDIT),
    "edit the numbers": (lambda by: change_numbers(by=by, rm_account="RM0002"), EDIT),
    "edit the contact": (lambda by: change_contact(by=by, title="Head of security"), EDIT),
    "edit the application": (lambda by: answer_question("crown_debt", value=False, by=by), EDIT),
    "add a division": (lambda by: asked(AddDivision, by=by, division_id=DEPOT.division_id, site=site_of(DEPOT)), EDIT),
    "change a division": (lambda by: asked(ChangeDivision, by=by, division_id=YARD, site=site_of(DEPOT)), EDIT),
    "remove a division": (lambda by: asked(RemoveDivision, by=by, division_id=YARD), EDIT),
    "answer": (lambda by: answer_with(ANSWER, by=by), EDIT),
    "add a document": (lambda by: file(PLAN, by=by), EDIT),
    "remove a document": (lambda by: asked(RemoveDocument, by=by, document_id=SPARE.document_id), EDIT),
    "reply": (lambda by: reply(by=by), EDIT),
    "add a read_only_user": (lambda by: add_user("read_only_user", by=by, urn="nour"), EDIT),
    "add a full_access_user": (lambda by: add_user("full_access_user", by=by, urn="nour"), EDIT),
    "add a proxy": (
        lambda by: add_user("proxy_account_owner", by=by, urn="nour"),
        ("", "", "role_not_yours", "role_not_allowed"),
    ),
    "change a role": (lambda by: asked(ChangeUserRole, by=by, urn="noor", role="read_only_user"), MANAGE),
    "remove a user": (lambda by: asked(RemoveUser, by=by, urn="noor"), MANAGE),
    "mark a role unused": (
        lambda by: asked(MarkRoleUnused, by=by, role="full_access_user"),
        ("role_in_use", "role_in_use", *MANAGE[2:]),
    ),
    "offer ownership": (lambda by: offer(READER, by=by), OWN),
    "revoke the offer": (lambda by: asked(RevokeOffer, by=by), OWN),
    "give consent": (lambda by: consent("JP", by=by), OWN),
    "submit": (lambda by: submit(by=by), OWN),
    "withdraw the application": (lambda by: asked(Withdraw, by=by), OWN),
    "leave the programme": (lambda by: asked(LeaveProgramme, by=by), OWN),
    "withdraw consent": (lambda by: withdraw("US", by=by), MANAGE),
    "accept ownership": (lambda by: accept(by=by), NAMED),
    "decline ownership": (lambda by: asked(DeclineOwnership, by=by), NAMED),
}


def prepared(action: str) -> Company:
    """A company in which nothing but the role stands in the way."""
    offered = () if action == "offer ownership" else (offer(PROXY),)
    given = (file(SPARE), add_user("full_access_user", urn="noor"), consent("US"), reply("Nobody did."), *offered)
    return company_after(given, company_in("member" if action == "leave the programme" else "returned"))[0]


@pytest.mark.parametrize("action", TABLE)
def test_who_may(action: str) -> None:
    ask, codes = TABLE[action]
    assert tuple(refusal(COMPANIES, ask(person), prepared(action)) for person in PEOPLE) == codes


@pytest.mark.parametrize("action", TABLE)
def test_strangers_and_officers_may_nothing(action: str) -> None:
    ask, _ = TABLE[action]
    for person in (STRANGER, DECISION_OFFICER):
        assert refusal(COMPANIES, ask(person), prepared(action)) == "not_found"


def test_only_an_officer_who_is_none_of_its_people_recovers_a_company() -> None:
    company = prepared("recover ownership")
    assert refusal(COMPANIES, recover(FULL), company) == ""
    for person in PEOPLE:
        assert refusal(COMPANIES, recover(FULL, by=person), company) == "not_impartial"


def test_every_command_of_the_companys_people_stands_in_the_table() -> None:
    theirs = {kind.__name__ for kind in get_args(CompanyCommand) if issubclass(kind, PersonalCommand)}
    assert {type(ask(OWNER)).__name__ for ask, _ in TABLE.values()} == theirs
