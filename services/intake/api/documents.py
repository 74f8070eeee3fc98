"""Documents over HTTP: the company's people upload and remove them, officers open what was released."""

from base64 import b64encode
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from services.intake.api.deps import AtDeps, Deps, Reader, Trader
from services.intake.domain.company import REFUSES, Company
from services.intake.domain.company.documents import AddDocument, RemoveDocument
from services.intake.views.company import NOT_TO_OPEN, company_of, filing_of
from shared.contracts.intake import Document
from shared.contracts.types import DocumentKind, Name
from shared.errors import Refused
from shared.handling import Receipt
from shared.http.openapi import refuses
from shared.store.media_types import recognised

FileName = Annotated[Name, Query(examples=["site-plan.pdf"])]
router = APIRouter(tags=["documents"])


@router.post(
    "/companies/{company_id}/documents",
    summary="Upload a document",
    status_code=201,
    openapi_extra={
        "requestBody": {"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
@refuses(*REFUSES[AddDocument])
async def upload_document(company_id: UUID, kind: DocumentKind, name: FileName, call: Trader, deps: AtDeps) -> Receipt:
    """The body is the file, its Content-Type the media type, against which the content is checked."""
    await company_of(deps.companies, company_id, call.caller.subject)
    document_id = call.new_id("document", company_id)
    saved = await deps.files.save(call.http.stream(), deps.reference.catalogue.documents.max_file_bytes)
    try:
        media_type = await recognised(deps.files, saved, call.http.headers.get("content-type", ""))
        document = Document(
            document_id=document_id, kind=kind, name=name, media_type=media_type, size=saved.size, sha256=saved.sha256
        )
        command = AddDocument(at=call.at, actor=call.actor, document=document, file_id=saved.file_id)
        receipt = await call.handle(deps.companies, str(company_id), command, created=document_id)
    except Refused:
        await deps.files.delete(saved.file_id)
        raise
    await _delete_unless_filed(deps, company_id, document_id, saved.file_id)
    return receipt


async def _delete_unless_filed(deps: Deps, company_id: UUID, document_id: UUID, file_id: UUID) -> None:
    """Deletes a file unless the document is on file with it: after a removal, or after an upload that was a repeat."""
    company = (await deps.companies.read(str(company_id))).state
    filing = company.filing(document_id) if isinstance(company, Company) else None
    if filing is None or filing.file_id != file_id:
        await deps.files.delete(file_id)


@router.delete("/companies/{company_id}/documents/{document_id}", summary="Remove a document")
@refuses(*REFUSES[RemoveDocument])
async def remove_document(company_id: UUID, document_id: UUID, call: Trader, deps: AtDeps) -> Receipt:
    """Deletes it; one that officers have been given is only hidden from the company's drafts."""
    company, _ = await company_of(deps.companies, company_id, call.caller.subject)
    receipt = await call.handle(
        deps.companies, str(company_id), RemoveDocument(at=call.at, actor=call.actor, document_id=document_id)
    )
    if filing := company.filing(document_id):
        await _delete_unless_filed(deps, company_id, document_id, filing.file_id)
    return receipt


@router.get("/documents/{document_id}", summary="Open a document", response_class=StreamingResponse)
@refuses(*NOT_TO_OPEN)
async def open_document(document_id: UUID, call: Reader, deps: AtDeps) -> StreamingResponse:
    """For the company's own people; officers open what was released to them, and every opening is recorded.

    `Repr-Digest` (RFC 9530) is the SHA-256 that the document had when it was filed.
    """
    company, filing = await filing_of(deps.companies, document_id, call.caller.subject, call.caller.roles)
    if company.role_of(call.caller.subject) is None:
        await call.note("document_opened", str(document_id))
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(filing.document.name, safe='')}",
        "Content-Length": str(filing.document.size),
        "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(filing.document.sha256)).decode()}:",
    }
    return StreamingResponse(deps.files.read(filing.file_id), media_type=filing.document.media_type, headers=headers)
