"""The company's documents: what is required and what is there, one of them, and the form that uploads one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.responses import Response

from services.intake.api.documents import (
    ANY_TYPE,
    CANNOT_BE_OPENED,
    Description,
    Upload,
    file_document,
    remove_document,
)
from services.intake.domain.company import Company
from services.intake.pages.deps import Trader
from services.intake.pages.dossier import AtDossier, Dossier
from services.intake.views.divisions import lines_to_choose
from services.intake.views.documents import Documents, documents
from shared.contracts.catalogue import DocumentKind
from shared.errors import Refused
from shared.formats import EXTENSIONS
from shared.pages.fields import Given
from shared.pages.forms import Filled, FormSent
from shared.pages.multipart import FILE, FileSent
from shared.pages.speech import printed
from shared.pages.visits import PageRouter
from shared.programme.calendar import today

USUAL = "evidence"
ANSWERING = "form-answering"
router = PageRouter()

# --- what is required and what is there -----------------------------------------------------------


@router.page("documents")
async def show_documents(dossier: AtDossier) -> Response:
    company = await dossier.company()
    return dossier.show("documents.html", company, Filled(), documents=_documents(company, dossier))


def _documents(company: Company, dossier: Dossier) -> Documents:
    return documents(company, dossier.catalogue, today(dossier.visit.call.at))


# --- a new one ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class About:
    """What a document is to be about, as links to its form have it (programme 1.4)."""

    kind: str = USUAL
    division_id: UUID | None = None
    line_of_business: str | None = None

    def fields(self) -> Given:
        return {name: (str(value),) for name, value in vars(self).items() if value is not None}


@router.page("upload")
async def show_upload(about: Annotated[About, Depends()], dossier: AtDossier, answering: str = "") -> Response:
    return _upload(await dossier.company(), Filled(about.fields()), dossier, answering)


@router.form("upload", with_file=True)
async def upload(visit: Trader, sent: FileSent, dossier: AtDossier) -> Response:
    """Files a document; whoever came from an answer, named by its division and requirement, is led back to it."""
    answering = sent.control(ANSWERING)
    refused = await sent.command(
        visit,
        lambda call: file_document(
            dossier.company_id, sent.body(Description), Upload(ANY_TYPE, sent.chunks), call, dossier.deps
        ),
    )
    if refused:
        return _upload(
            await dossier.company(), replace(refused, faults=at_the_file(refused.faults)), dossier, answering
        )
    if answering:
        division, _, requirement = answering.partition("/")
        return visit.leave(
            "requirement", division_id=division, requirement_id=requirement, done="document", at="evidence"
        )
    return visit.leave("documents", done="document")


def at_the_file(faults: Mapping[str, str]) -> Mapping[str, str]:
    """What is wrong, and where: a file that cannot be opened is so where it was chosen."""
    return {FILE if code in CANNOT_BE_OPENED else name: code for name, code in faults.items()}


def _upload(company: Company, form: Filled, dossier: Dossier, answering: str) -> Response:
    """Raises Refused("not_found") for a kind that does not exist."""
    catalogue, language = dossier.catalogue, dossier.visit.language
    return dossier.show(
        "upload.html",
        company,
        form,
        kind=_kind(form.value("kind"), dossier),
        kinds=catalogue.documents.kinds,
        answering=answering,
        divisions=[(str(division.division_id), division.name) for division in company.divisions],
        lines=[(line.id, printed(line.name, language)) for line in lines_to_choose(company, None, catalogue)],
        most_bytes=catalogue.documents.max_file_bytes,
        accepted=",".join(sorted(extension for extensions in EXTENSIONS.values() for extension in extensions)),
    )


def _kind(kind_id: str, dossier: Dossier) -> DocumentKind:
    for kind in dossier.catalogue.documents.kinds:
        if kind.id == kind_id:
            return kind
    raise Refused("not_found")


# --- one of them, below the form whose address its own would match ----------------------------------


@router.page("document")
async def show_document(document_id: UUID, dossier: AtDossier) -> Response:
    return _document(await dossier.company(), document_id, Filled(), dossier)


@router.form("document")
async def remove(document_id: UUID, visit: Trader, sent: FormSent, dossier: AtDossier) -> Response:
    refused = await sent.command(
        visit, lambda call: remove_document(dossier.company_id, document_id, call, dossier.deps)
    )
    if refused:
        return _document(await dossier.company(), document_id, refused, dossier)
    return visit.leave("documents", done="document_removed")


def _document(company: Company, document_id: UUID, form: Filled, dossier: Dossier) -> Response:
    return dossier.show("document.html", company, form, each=_documents(company, dossier).document(document_id))
