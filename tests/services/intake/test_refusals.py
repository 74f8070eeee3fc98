"""Every refusal of a command to a company: each code that is declared comes, and no other (programme 3.1)."""

from typing import get_args
from uuid import uuid5

from services.intake.domain import company
from services.intake.domain.company import Absent, Company, CompanyCommand
from services.intake.domain.company.divisions import (
    MOST_DIVISIONS,
    AddDivision,
    ChangeDivision,
    RemoveDivision,
)
from services.intake.domain.company.documents import MOST_FILINGS, RemoveDocument
from services.intake.domain.company.leaving import LeaveProgramme, Withdraw
from services.intake.domain.company.ownership import DeclineOwnership, RevokeOffer
from services.intake.domain.company.rights import DraftingCommand
from services.intake.domain.company.state import Filing, User
from services.intake.domain.company.submission import drafted_bytes
from services.intake.domain.company.users import MOST_USERS, ChangeUserRole, MarkRoleUnused, RemoveUser
from shared.contracts.intake import Answer
from shared.decider import Actor
from tests.support.builders.deciding import live
from tests.support.builders.intake import (
    AT,
    CATALOGUE,
    COMPANIES,
    FULL,
    OFFER_DAYS,
    OWNER,
    PROXY,
    READER,
    accept,
    add_user,
    answer_question,
    answer_with,
    asked,
    change_contact,
    change_numbers,
    change_particulars,
    change_profile,
    company_in,
    consent,
    file,
    offer,
    recover,
    register,
    reply,
    site_of,
    submit,
    withdraw,
)
from tests.support.builders.packages import (
    COMPANY,
    TERMINAL,
    YARD,
    address,
    division,
    document,
    evidence_of,
)
from tests.support.builders.tables import Row, declared, refused

REGISTERED, COMPLETE, RETURNED = (company_in(life) for life in ("registered", "complete", "returned"))
ABROAD = address("1 Rue Haute").model_copy(update={"country": "FR"})
DEPOT, YARD_RENAMED = (division(YARD, name, "18 Kestrel Way") for name in ("Depot", "Mississauga yard, north gate"))
SPARE = document(uuid5(COMPANY, "spare"), "evidence")
SIGNED, TEXT = Answer(requirement_id="CS-01", response="described", text="Signed."), "word " * 500
ADD_DIVISION = asked(AddDivision, division_id=COMPANY, site=site_of(DEPOT))

DRAFTING: tuple[CompanyCommand, ...] = (  # all of them make the draft of RETURNED larger
    change_profile(operating_name="Boreal Drayage of the North"),
    change_particulars(operating_name="Boreal Drayage of the North"),
    change_numbers(rm_account="RM0001"),
    change_contact(title="Director of security and of operations"),
    answer_question("crown_debt", value=True, explanation=TEXT),
    ADD_DIVISION,
    asked(ChangeDivision, division_id=YARD, site=site_of(YARD_RENAMED)),
    answer_with(SIGNED.model_copy(update={"text": TEXT})),
    file(SPARE),
    reply(TEXT),
)
BY_EDITORS: tuple[CompanyCommand, ...] = (
    *DRAFTING,
    asked(RemoveDivision, division_id=YARD),
    asked(RemoveDocument, document_id=SPARE.document_id),
    add_user("full_access_user", urn="nour"),
)
BY_MANAGERS: tuple[CompanyCommand, ...] = (
    asked(ChangeUserRole, urn=FULL.subject, role="read_only_user"),
    asked(RemoveUser, urn=FULL.subject),
    asked(MarkRoleUnused, role="read_only_user"),
    withdraw("US"),
)
BY_OWNER: tuple[CompanyCommand, ...] = (
    offer(),
    asked(RevokeOffer),
    consent("US"),
    submit(),
    asked(Withdraw),
    asked(LeaveProgramme),
)
BY_ANYBODY: tuple[CompanyCommand, ...] = (accept(), asked(DeclineOwnership, by=PROXY))
PERSONAL = (*BY_EDITORS, *BY_MANAGERS, *BY_OWNER, *BY_ANYBODY)


def given_by(person: Actor, command: CompanyCommand) -> CompanyCommand:
    return command.model_copy(update={"actor": person})


def with_filings(count: int) -> Company:
    filing = Filing(document=document(COMPANY, "evidence"), file_id=COMPANY, hidden=True)
    return REGISTERED.model_copy(update={"documents": (filing,) * count})


def with_users(count: int) -> Company:
    added = (User(subject=f"urn-{number}", role="read_only_user") for number in range(count - 1))
    return REGISTERED.model_copy(update={"users": (*REGISTERED.users, *added)})


def after(command: CompanyCommand, before: Company) -> Company:
    state, _ = live(COMPANIES, [command], before)
    assert isinstance(state, Company)
    return state


RIGHTS: tuple[Row, ...] = (
    *(((command,), "not_found", Absent()) for command in (*PERSONAL, recover())),
    *(((given_by(READER, command),), "role_not_allowed", COMPLETE) for command in (*BY_EDITORS, *BY_MANAGERS)),
    *(((given_by(PROXY, command),), "owner_only", COMPLETE) for command in BY_OWNER),
    ((recover(by=FULL),), "not_impartial", COMPLETE),
)
PREPARING: tuple[Row, ...] = (
    ((register(attests_signing_authority=False),), "attestation_required", Absent()),
    ((register(address=ABROAD),), "country_not_eligible", Absent()),
    ((change_profile(address=ABROAD),), "country_not_eligible", COMPLETE),
    ((change_particulars(address=ABROAD),), "country_not_eligible", COMPLETE),
    ((change_profile(business_number="920000023"),), "business_number_fixed", RETURNED),
    ((change_numbers(business_number="920000023"),), "business_number_fixed", RETURNED),
    ((change_profile(courier=True, lines_of_business=("importer",)),), "courier_not_a_carrier", COMPLETE),
    ((change_particulars(courier=True, lines_of_business=("importer",)),), "courier_not_a_carrier", COMPLETE),
    ((ADD_DIVISION,), "too_many_divisions", REGISTERED.model_copy(update={"divisions": (DEPOT,) * MOST_DIVISIONS})),
    ((asked(ChangeDivision, division_id=YARD, site=site_of(DEPOT)),), "unknown_division", REGISTERED),
    ((asked(RemoveDivision, division_id=YARD),), "unknown_division", REGISTERED),
    ((answer_with(SIGNED),), "unknown_division", REGISTERED),
    ((answer_with(SIGNED.model_copy(update={"requirement_id": "XX-99"})),), "requirement_not_binding", COMPLETE),
    ((answer_with(SIGNED.model_copy(update={"evidence": (TERMINAL,)})),), "unknown_document", COMPLETE),
    ((file(SPARE.model_copy(update={"kind": "holiday_photograph"})),), "kind_unknown", COMPLETE),
    ((file(SPARE.model_copy(update={"division_id": YARD})),), "scope_unfitting", COMPLETE),
    ((file(document(COMPANY, "site_plan", division_id=COMPANY)),), "unknown_division", COMPLETE),
    ((answer_question("favourite_colour", value=True),), "question_unknown", COMPLETE),
    ((answer_question("crown_debt", value=30),), "answer_unfitting", COMPLETE),
    ((file(SPARE.model_copy(update={"media_type": "text/html"})),), "type_not_allowed", COMPLETE),
    ((file(SPARE.model_copy(update={"size": CATALOGUE.documents.max_file_bytes + 1})),), "too_large", COMPLETE),
    ((file(SPARE),), "too_many_documents", with_filings(MOST_FILINGS)),
    ((asked(RemoveDocument, document_id=SPARE.document_id),), "unknown_document", COMPLETE),
    ((asked(RemoveDocument, document_id=evidence_of(YARD)),), "document_in_use", COMPLETE),
)
PEOPLE: tuple[Row, ...] = (
    ((add_user("proxy_account_owner", by=FULL, urn="nour"),), "role_not_yours", COMPLETE),
    ((add_user("full_access_user"),), "already_user", COMPLETE),
    ((add_user("full_access_user"),), "too_many_users", with_users(MOST_USERS)),
    ((asked(ChangeUserRole, urn="nour", role="read_only_user"),), "unknown_user", COMPLETE),
    ((asked(ChangeUserRole, urn=OWNER.subject, role="read_only_user"),), "owner_must_transfer", COMPLETE),
    ((asked(RemoveUser, urn="nour"),), "unknown_user", COMPLETE),
    ((asked(RemoveUser, urn=OWNER.subject),), "owner_must_transfer", COMPLETE),
    ((asked(MarkRoleUnused, role="read_only_user"),), "role_in_use", COMPLETE),
    ((offer(OWNER),), "not_a_user", COMPLETE),
    ((offer(), offer()), "offer_open", COMPLETE),
    ((asked(RevokeOffer),), "no_offer", COMPLETE),
    ((accept(),), "no_offer", COMPLETE),
    ((offer(), accept(attests=False)), "attestation_required", COMPLETE),
    ((offer(), accept(text_version="1999-01")), "text_version_outdated", COMPLETE),
    ((asked(DeclineOwnership, by=PROXY),), "no_offer", COMPLETE),
    ((recover(),), "unknown_user", REGISTERED),
    ((recover(evidence=None),), "reason_required", COMPLETE),
)
APPLYING: tuple[Row, ...] = (
    ((submit(),), "application_open", company_in("under_review")),
    ((submit(),), "withdrawal_pending", company_in("withdrawing")),
    ((submit(),), "already_member", company_in("member")),
    ((submit(),), "incomplete", REGISTERED),
    ((answer_question("carm_registered", value=False), submit()), "not_eligible", COMPLETE),
    ((submit(attests_truth=False),), "attestation_required", COMPLETE),
    ((submit(terms_version="1999-01"),), "text_version_outdated", COMPLETE),
    ((reply(),), "no_open_question", COMPLETE),
    ((reply("See the letter.", TERMINAL),), "unknown_document", RETURNED),
    ((asked(Withdraw),), "no_application", COMPLETE),
    ((asked(LeaveProgramme),), "not_a_member", COMPLETE),
    *(((named,), "administration_unknown", COMPLETE) for named in (consent("XX"), withdraw("nz"))),
    ((consent("EU").model_copy(update={"at": AT.replace(year=2024)}),), "arrangement_not_in_force", COMPLETE),
    ((consent("US", attests=False),), "attestation_required", COMPLETE),
    ((consent("US", text_version="1999-01"),), "text_version_outdated", COMPLETE),
)
REFUSALS = (*RIGHTS, *PREPARING, *PEOPLE, *APPLYING)

NARROW = company.decider(CATALOGUE, drafted_bytes(RETURNED), OFFER_DAYS)
TOO_LARGE: tuple[Row, ...] = (
    *(((command,), "package_too_large", RETURNED) for command in DRAFTING),
    ((submit(),), "package_too_large", after(DRAFTING[0], COMPLETE)),
)


def test_every_code_that_is_declared_comes_and_no_other() -> None:
    assert refused(COMPANIES, REFUSALS) | refused(NARROW, TOO_LARGE) == declared(COMPANIES)


def test_only_a_drafting_command_makes_the_draft_larger() -> None:
    before = drafted_bytes(RETURNED)
    larger = {type(command) for command in PERSONAL if drafted_bytes(after(command, RETURNED)) > before}
    assert larger == {kind for kind in get_args(CompanyCommand) if issubclass(kind, DraftingCommand)}
