"""The trader's endpoints: prepare, submit and follow an application, consent; and what everybody may read of the programme."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from services.intake import views
from services.intake.domain.company import Company
from services.intake.domain.company.consents import GiveConsent, Signature, WithdrawConsent
from services.intake.domain.company.divisions import (
    AddDivision,
    AnswerReference,
    AnswerRequirement,
    ChangeDivision,
    RemoveDivision,
    Site,
    Statement,
)
from services.intake.domain.company.documents import AddDocument, RemoveDocument
from services.intake.domain.company.eligibility import AnswerApplication
from services.intake.domain.company.profile import ChangeProfile, RegisterCompany, Registration
from services.intake.domain.company.state import Draft
from services.intake.domain.company.submission import Submission, Submit
from services.intake.domain.company.users import AddedRole, AddUser, MarkRoleUnused, NewUser
from shared.attempts import Attempts
from shared.calendar import today
from shared.clock import now
from shared.contracts.catalogue import Catalogue
from shared.contracts.types import Code, Document, Eligibility, Name
from shared.errors import Refused
from shared.i18n import negotiate
from shared.store.files import Files
from shared.store.media_types import recognised
from shared.web import Call, Receipt, allow, desk_of

OFFICERS = frozenset({"review_officer", "risk_officer", "site_officer", "decision_officer"})
log = structlog.get_logger()


@dataclass(frozen=True)
class Desk:
    """What the endpoints work with."""

    companies: views.Companies
    files: Files
    words: views.Words
    standard_days: int
    numbers_tried: Attempts


AtDesk = Annotated[Desk, desk_of()]
Trader = Annotated[Call, allow("trader")]
Reader = Annotated[Call, allow(*sorted(OFFICERS), "trader")]
router = APIRouter()

# --- the company ----------------------------------------------------------------------------------


@router.get("/me", summary="Who am I here")
async def read_me(call: Trader, desk: AtDesk) -> views.Me:
    """The caller's user reference number, which a company needs to add this person; and the companies that have."""
    return await views.me(desk.companies, call.caller.subject)


@router.post("/companies", summary="Register a company", status_code=201)
async def register(body: Registration, call: Trader, desk: AtDesk) -> Receipt:
    """The caller attests signing authority and becomes the account owner."""
    company_id = call.new_id("company")
    command = RegisterCompany(at=call.at, actor=call.actor, company_id=company_id, registration=body)
    with desk.numbers_tried.watched(call.caller.subject, call.at):
        return await call.handle(desk.companies, str(company_id), command, created=company_id)


@router.get("/companies/{company_id}", summary="What a company prepares")
async def read_company(company_id: UUID, call: Trader, desk: AtDesk) -> views.CompanyView:
    """Profile, users, answers, divisions and documents, as they stand."""
    company, sequence = await views.company_of(desk.companies, company_id, call.caller.subject)
    call.tag(sequence)
    return views.company_view(company)


@router.get("/companies/{company_id}/dashboard", summary="The dashboard of a company")
async def read_dashboard(company_id: UUID, call: Trader, desk: AtDesk) -> views.Dashboard:
    """How complete each section is and what is missing where; where the application is; whether it can be submitted."""
    company, sequence = await views.company_of(desk.companies, company_id, call.caller.subject)
    call.tag(sequence)
    return views.dashboard(company, call.caller.subject, today(call.at), desk.words)


@router.put("/companies/{company_id}/profile", summary="Change the company profile")
async def change_profile(company_id: UUID, body: Draft, call: Trader, desk: AtDesk) -> Receipt:
    """Replaces the working profile, complete or not. A member's complete profile is passed on at once."""
    with desk.numbers_tried.watched(call.caller.subject, call.at):
        return await call.handle(desk.companies, str(company_id), ChangeProfile(at=call.at, actor=call.actor, profile=body))


@router.post("/companies/{company_id}/users", summary="Add a user", status_code=201)
async def add_user(company_id: UUID, body: NewUser, call: Trader, desk: AtDesk) -> Receipt:
    """Active at once. The person reads the user reference number under `/me`."""
    return await call.handle(desk.companies, str(company_id), AddUser(at=call.at, actor=call.actor, user=body))


@router.put("/companies/{company_id}/unused-roles/{role}", summary="Mark a role as unused")
async def mark_role_unused(company_id: UUID, role: AddedRole, call: Trader, desk: AtDesk) -> Receipt:
    """The company does without this role, until somebody is added in it."""
    return await call.handle(desk.companies, str(company_id), MarkRoleUnused(at=call.at, actor=call.actor, role=role))


# --- the application ------------------------------------------------------------------------------


@router.put("/companies/{company_id}/eligibility", summary="Answer the questions about the company")
async def answer_application(company_id: UUID, body: Eligibility, call: Trader, desk: AtDesk) -> Receipt:
    """Replaces all answers of the application profile."""
    return await call.handle(desk.companies, str(company_id), AnswerApplication(at=call.at, actor=call.actor, eligibility=body))


@router.post("/companies/{company_id}/divisions", summary="Add a division", status_code=201)
async def add_division(company_id: UUID, body: Site, call: Trader, desk: AtDesk) -> Receipt:
    """Each division has its own security profile."""
    division_id = call.new_id("division")
    command = AddDivision(at=call.at, actor=call.actor, division_id=division_id, site=body)
    return await call.handle(desk.companies, str(company_id), command, created=division_id)


@router.put("/companies/{company_id}/divisions/{division_id}", summary="Change a division")
async def change_division(company_id: UUID, division_id: UUID, body: Site, call: Trader, desk: AtDesk) -> Receipt:
    """Answers to requirements that no longer bind the division are dropped."""
    command = ChangeDivision(at=call.at, actor=call.actor, division_id=division_id, site=body)
    return await call.handle(desk.companies, str(company_id), command)


@router.delete("/companies/{company_id}/divisions/{division_id}", summary="Remove a division")
async def remove_division(company_id: UUID, division_id: UUID, call: Trader, desk: AtDesk) -> Receipt:
    """With its security profile."""
    return await call.handle(desk.companies, str(company_id), RemoveDivision(at=call.at, actor=call.actor, division_id=division_id))


@router.put("/companies/{company_id}/divisions/{division_id}/answers/{requirement_id}", summary="Answer a requirement")
async def answer_requirement(
    company_id: UUID, answer: Annotated[AnswerReference, Depends(AnswerReference)], body: Statement, call: Trader, desk: AtDesk
) -> Receipt:
    """How the division meets the requirement, with documents as evidence; or why it does not apply."""
    command = AnswerRequirement(at=call.at, actor=call.actor, answer=answer, statement=body)
    return await call.handle(desk.companies, str(company_id), command)


@router.post("/companies/{company_id}/submission", summary="Submit the application")
async def submit(company_id: UUID, body: Submission, call: Trader, desk: AtDesk) -> Receipt:
    """For the account owner alone, once nothing is missing and nothing stands against it."""
    return await call.handle(desk.companies, str(company_id), Submit(at=call.at, actor=call.actor, signed=body))


# --- documents ------------------------------------------------------------------------------------


@router.post(
    "/companies/{company_id}/documents",
    summary="Upload a document",
    status_code=201,
    openapi_extra={"requestBody": {"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def upload(company_id: UUID, kind: Code, name: Name, call: Trader, desk: AtDesk) -> Receipt:
    """The body is the file, its Content-Type the media type, against which the content is checked."""
    await views.company_of(desk.companies, company_id, call.caller.subject)
    document_id = call.new_id("document")
    saved = await desk.files.save(call.http.stream(), desk.words.catalogue.documents.max_file_bytes)
    try:
        media_type = await recognised(desk.files, saved, call.http.headers.get("content-type", ""))
        document = Document(document_id=document_id, kind=kind, name=name, media_type=media_type, size=saved.size, sha256=saved.sha256)
        command = AddDocument(at=call.at, actor=call.actor, document=document, file_id=saved.file_id)
        receipt = await call.handle(desk.companies, str(company_id), command, created=document_id)
    except Refused:
        await desk.files.delete(saved.file_id)
        raise
    await _forget_unless_filed(desk, company_id, document_id, saved.file_id)
    return receipt


async def _forget_unless_filed(desk: Desk, company_id: UUID, document_id: UUID, file_id: UUID) -> None:
    """Deletes bytes to which nothing leads: of a removed document, or of an upload that had been answered before."""
    company = (await desk.companies.read(str(company_id))).state
    filing = company.filing(document_id) if isinstance(company, Company) else None
    if filing is None or filing.file_id != file_id:
        await desk.files.delete(file_id)


@router.delete("/companies/{company_id}/documents/{document_id}", summary="Remove a document")
async def remove_document(company_id: UUID, document_id: UUID, call: Trader, desk: AtDesk) -> Receipt:
    """Deletes it; one that officers have been given is only hidden from the company's drafts."""
    company, _ = await views.company_of(desk.companies, company_id, call.caller.subject)
    receipt = await call.handle(desk.companies, str(company_id), RemoveDocument(at=call.at, actor=call.actor, document_id=document_id))
    if filing := company.filing(document_id):
        await _forget_unless_filed(desk, company_id, document_id, filing.file_id)
    return receipt


@router.get("/documents/{document_id}", summary="Open a document", response_class=StreamingResponse)
async def open_document(document_id: UUID, call: Reader, desk: AtDesk) -> StreamingResponse:
    """For the company's own people; officers open what was released to them, and every opening is recorded."""
    company, filing = await views.filing_of(desk.companies, document_id)
    if company.role_of(call.caller.subject) is None:
        if not (filing.released and OFFICERS & call.caller.roles):
            raise Refused("not_found")
        log.info("document_opened", document_id=str(document_id), company_id=str(company.company_id), officer=call.caller.subject)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(filing.document.name, safe='')}",
        "Content-Length": str(filing.document.size),
    }
    return StreamingResponse(desk.files.read(filing.file_id), media_type=filing.document.media_type, headers=headers)


# --- consent --------------------------------------------------------------------------------------


@router.get("/companies/{company_id}/consents", summary="Consents, and what they would send")
async def read_consents(company_id: UUID, call: Trader, desk: AtDesk) -> views.Consents:
    """All administrations in force, the text of consent in the reader's language, and a preview of the record."""
    company, sequence = await views.company_of(desk.companies, company_id, call.caller.subject)
    call.tag(sequence)
    language = negotiate(call.http.headers.get("accept-language"))
    return views.consents(company, today(call.at), language, desk.words.catalogue)


@router.put("/companies/{company_id}/consents/{administration}", summary="Consent to inform an administration")
async def give_consent(company_id: UUID, administration: Code, body: Signature, call: Trader, desk: AtDesk) -> Receipt:
    """For the account owner alone. Nothing is sent before the membership begins."""
    command = GiveConsent(at=call.at, actor=call.actor, administration=administration, consent_id=call.new_id("consent"), signature=body)
    return await call.handle(desk.companies, str(company_id), command)


@router.delete("/companies/{company_id}/consents/{administration}", summary="Withdraw a consent")
async def withdraw_consent(company_id: UUID, administration: Code, call: Trader, desk: AtDesk) -> Receipt:
    """For the account owner and the proxy. The administration is told, without a reason, that the sharing has ended."""
    command = WithdrawConsent(at=call.at, actor=call.actor, administration=administration)
    return await call.handle(desk.companies, str(company_id), command)


# --- what everybody may read ----------------------------------------------------------------------


@router.get("/catalogue", summary="Requirements, documents, lines of business and texts")
async def read_catalogue(desk: AtDesk) -> Catalogue:
    """The reference data of the programme, in both languages. Public."""
    return desk.words.catalogue


@router.get("/service-standard", summary="The service standard and its notices")
async def read_service_standard(desk: AtDesk) -> views.ServiceStandard:
    """In how many business days an application is decided, and the notices that stand today. Public."""
    return views.ServiceStandard(standard_days=desk.standard_days, notices=views.current(desk.words.notices, today(now())))
