"""Documents over HTTP: the company's people upload and remove them, officers open what was released."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import Field

from services.intake.api.deps import AtDeps, Deps, Reader, Trader
from services.intake.api.downloads import DownloadHeaders, headers_of, is_known, part_of
from services.intake.domain.company import REFUSES, Company
from services.intake.domain.company.documents import AddDocument, RemoveDocument, require_addable
from services.intake.domain.company.rights import require_role
from services.intake.domain.company.state import Filing
from services.intake.views.company import NOT_TO_OPEN, company_of, filing_of
from shared.contracts.intake import Document
from shared.contracts.types import DocumentKind, LineOfBusiness
from shared.errors import Refused
from shared.formats import EXTENSIONS
from shared.formats.names import fits, kept_name, type_named
from shared.handling import Receipt
from shared.http.call import Call
from shared.http.openapi import refuses
from shared.programme.forms import Form
from shared.programme.forms.days import REVERSED, Day, PastDay, not_before
from shared.programme.forms.texts import OneLine
from shared.store.opening import require_opened

ANY_TYPE = "application/octet-stream"
CANNOT_BE_OPENED = ("file_damaged", "file_empty", "file_protected", "file_too_complex", "program_inside")
BEFORE_THE_BYTES = ("extension_not_of_type", "name_not_allowed", "too_many_uploads")
FILE = {"schema": {"type": "string", "format": "binary"}}
router = APIRouter(tags=["documents"])


class Description(Form):
    """What a document is, which division or line it is about if its kind says so, and for how long it is valid."""

    kind: DocumentKind
    name: Annotated[OneLine, Field(description="with the extension of its type", examples=["site-plan.pdf"])]
    division_id: UUID | None = None
    line_of_business: LineOfBusiness | None = None
    issued_on: PastDay | None = None
    valid_until: Annotated[Day, not_before("issued_on"), REVERSED] | None = None


@dataclass(frozen=True)
class Upload:
    """A file on its way, and the media type that it comes with."""

    media_type: str
    chunks: AsyncIterator[bytes]


@router.post(
    "/companies/{company_id}/documents",
    summary="Upload a document",
    status_code=201,
    openapi_extra={"requestBody": {"required": True, "content": {ANY_TYPE: FILE}}},
)
@refuses(*REFUSES[AddDocument], *BEFORE_THE_BYTES, *CANNOT_BE_OPENED)
async def upload_document(
    company_id: UUID, described: Annotated[Description, Query()], call: Trader, deps: AtDeps
) -> Receipt:
    """The body is the file, its Content-Type the media type; `application/octet-stream` means the one of the extension.

    It is opened once, and refused with the reason if that fails. A company may file the same bytes as often as it
    likes; then the header `Link` names the first document that has them, `rel=duplicate`.
    """
    upload = Upload(call.http.headers.get("content-type", ""), call.http.stream())
    return await file_document(company_id, described, upload, call, deps)


async def file_document(company_id: UUID, described: Description, upload: Upload, call: Call, deps: Deps) -> Receipt:
    """Stores and opens a file as it comes, and files it as a document of the company. Raises Refused, Unavailable."""
    company, _ = await company_of(deps.companies, company_id, call.caller.subject)
    document_id = call.new_id("document", company_id)
    require_role(AddDocument, call.caller.subject, company)
    if company.filing(document_id) is None:
        require_addable(described.kind, company, deps.reference.catalogue)
    safe_name, media_type = _named(described.name, upload.media_type)
    async with deps.uploads.turn(call.caller.subject):
        saved = await deps.files.save(upload.chunks, deps.reference.catalogue.documents.max_file_bytes, str(company_id))
        try:
            await require_opened(deps.files, saved, media_type)
            document = Document(
                document_id=document_id,
                media_type=media_type,
                size=saved.size,
                sha256=saved.sha256,
                **{**dict(described), "name": safe_name},
            )
            command = AddDocument(at=call.at, actor=call.actor, document=document, file_id=saved.file_id)
            whole = call.with_file(saved.sha256)
            receipt = await whole.handle(deps.companies, str(company_id), command, created=document_id)
        except Refused:
            await deps.files.delete(saved.file_id)
            raise
    await deps.uploads.settle(company_id, saved.file_id)
    _name_duplicate(call, company, document)
    return receipt


def _named(name: str, content_type: str) -> tuple[str, str]:
    """The name under which a file is kept, and the type that it must have. Raises Refused."""
    safe_name, declared = kept_name(name), content_type.partition(";")[0].strip().lower()
    if safe_name is None:
        raise Refused("name_not_allowed", field="name")
    media_type = type_named(safe_name) if declared == ANY_TYPE else declared
    if media_type not in EXTENSIONS:
        raise Refused("type_not_allowed", field="Content-Type")
    if not fits(safe_name, media_type):
        raise Refused("extension_not_of_type", field="name")
    return safe_name, media_type


def _name_duplicate(call: Call, company: Company, document: Document) -> None:
    """Names the first document of the company that has the same bytes, if it is another."""
    first = next((known for known in company.drafted if known.sha256 == document.sha256), document)
    if first.document_id != document.document_id:
        within = call.http.scope["root_path"]
        call.response.headers["Link"] = f'<{within}/documents/{first.document_id}>; rel="duplicate"'


@router.delete("/companies/{company_id}/documents/{document_id}", summary="Remove a document")
@refuses(*REFUSES[RemoveDocument])
async def remove_document(company_id: UUID, document_id: UUID, call: Trader, deps: AtDeps) -> Receipt:
    """Deletes it; one that officers have been given is only hidden from the company's drafts."""
    company, _ = await company_of(deps.companies, company_id, call.caller.subject)
    receipt = await call.handle(
        deps.companies, str(company_id), RemoveDocument(at=call.at, actor=call.actor, document_id=document_id)
    )
    if filing := company.filing(document_id):
        await deps.uploads.settle(company_id, filing.file_id)
    return receipt


@router.get(
    "/documents/{document_id}",
    summary="Open a document",
    response_class=StreamingResponse,
    responses={
        200: {"content": dict.fromkeys(EXTENSIONS, FILE)},
        206: {"description": "The range that was asked for", "content": dict.fromkeys(EXTENSIONS, FILE)},
        304: {"description": "The caller has it: `If-None-Match` names its ETag"},
    },
)
@refuses(*NOT_TO_OPEN, "range_not_satisfiable")
async def open_document(
    document_id: UUID, call: Reader, deps: AtDeps, asked: Annotated[DownloadHeaders, Depends()]
) -> Response:
    """For the company's own people; officers open what was released to them, and every opening is recorded.

    `Repr-Digest` (RFC 9530) is the SHA-256 that the document had when it was filed, and so is the `ETag`.
    """
    company, filing = await _readable(deps, document_id, call)
    document, headers = filing.document, headers_of(filing.document)
    if is_known(document, asked):
        return Response(status_code=304, headers=headers)
    part = part_of(document, asked)
    if company.role_of(call.caller.subject) is None:
        await call.note("document_opened", str(document_id))
    if part is None:
        headers["Content-Length"] = str(document.size)
        return StreamingResponse(deps.files.read(filing.file_id), 200, headers, document.media_type)
    headers["Content-Length"] = str(part.length)
    headers["Content-Range"] = f"bytes {part.start}-{part.start + part.length - 1}/{document.size}"
    body = deps.files.read(filing.file_id, part.start, part.length)
    return StreamingResponse(body, 206, headers, document.media_type)


@router.head("/documents/{document_id}", include_in_schema=False)
async def describe_document(document_id: UUID, call: Reader, deps: AtDeps) -> Response:
    """The headers of a document without its bytes; this is no opening."""
    _, filing = await _readable(deps, document_id, call)
    headers = {**headers_of(filing.document), "Content-Length": str(filing.document.size)}
    return Response(headers=headers, media_type=filing.document.media_type)


async def _readable(deps: Deps, document_id: UUID, call: Call) -> tuple[Company, Filing]:
    """A document that the caller may open, and its company. Raises Refused("not_found")."""
    return await filing_of(deps.companies, document_id, call.caller.subject, call.caller.roles)
