"""What the company files. Officers see only what was released: with a submitted package, or in response to findings."""

from collections.abc import Iterable
from itertools import chain
from typing import Literal, assert_never
from uuid import UUID

from services.intake.domain.company.rights import DraftingCommand, PersonalCommand
from services.intake.domain.company.section import Section, measured
from services.intake.domain.company.state import Company, Filing, Returned
from shared.contracts.catalogue import Catalogue, required_documents
from shared.contracts.intake import Document
from shared.decider import Fact, Refusals
from shared.errors import Refused

FINDING_RESPONSE = "finding_response"
MOST_FILINGS = 2_000  # with those that the company has removed, and officers keep


class AddDocument(DraftingCommand):
    """The bytes are stored already, under `file_id`; `document` describes them."""

    kind: Literal["add_document"] = "add_document"
    document: Document
    file_id: UUID


class RemoveDocument(PersonalCommand):
    kind: Literal["remove_document"] = "remove_document"
    document_id: UUID


class DocumentAdded(Fact):
    kind: Literal["document_added"] = "document_added"
    filing: Filing


class DocumentRemoved(Fact):
    """The document is gone from the drafts; its bytes are deleted unless it was released."""

    kind: Literal["document_removed"] = "document_removed"
    document_id: UUID


DocumentCommand = AddDocument | RemoveDocument
DocumentFact = DocumentAdded | DocumentRemoved
REFUSES: Refusals = {
    AddDocument: ("kind_unknown", "too_large", "too_many_documents", "type_not_allowed"),
    RemoveDocument: ("document_in_use", "unknown_document"),
}


def decide(command: DocumentCommand, company: Company, catalogue: Catalogue) -> tuple[DocumentFact, ...]:
    match command:
        case AddDocument():
            return add(command, company, catalogue)
        case RemoveDocument():
            return remove(command, company)
        case _:
            assert_never(command)


def add(command: AddDocument, company: Company, catalogue: Catalogue) -> tuple[DocumentAdded, ...]:
    document, limits = command.document, catalogue.documents
    if company.filing(document.document_id):
        return ()
    require_addable(document.kind, company, catalogue)
    if document.media_type not in limits.media_types:
        raise Refused("type_not_allowed", field="Content-Type")
    if document.size > limits.max_file_bytes:
        raise Refused("too_large", field="body")
    filing = Filing(document=document, file_id=command.file_id, released=document.kind == FINDING_RESPONSE)
    return (DocumentAdded(filing=filing),)


def require_addable(kind: str, company: Company, catalogue: Catalogue) -> None:
    """Raises Refused if no document of this kind may be added now, whatever it is; known before its bytes are read."""
    limits = catalogue.documents
    if kind not in {known.id for known in limits.kinds}:
        raise Refused("kind_unknown", field="kind")
    if len(company.drafted) >= limits.max_files or len(company.documents) >= MOST_FILINGS:
        raise Refused("too_many_documents")


def remove(command: RemoveDocument, company: Company) -> tuple[DocumentRemoved]:
    if command.document_id not in {document.document_id for document in company.drafted}:
        raise Refused("unknown_document")
    if command.document_id in named(company):
        raise Refused("document_in_use")
    return (DocumentRemoved(document_id=command.document_id),)


def require_drafted(documents: Iterable[UUID], company: Company, field: str) -> None:
    """Raises Refused("unknown_document") if the company does not work with all of these."""
    if not {document.document_id for document in company.drafted}.issuperset(documents):
        raise Refused("unknown_document", field=field)


def named(company: Company) -> frozenset[UUID]:
    """The documents that an answer or a reply names."""
    evidence = (answer.evidence for division in company.divisions for answer in division.answers)
    replies = company.application.replies if isinstance(company.application, Returned) else ()
    return frozenset(chain.from_iterable((*evidence, *(reply.documents for reply in replies))))


def required(company: Company, catalogue: Catalogue) -> tuple[str, ...]:
    """The kinds that the company must file, for its lines and the country of its address."""
    kinds = required_documents(catalogue, company.profile.lines_of_business, company.profile.address.country)
    return tuple(kind.id for kind in kinds)


def section(company: Company, catalogue: Catalogue) -> Section:
    """The required documents, beside the four sections."""
    filed = {document.kind for document in company.drafted}
    return measured(
        (f"documents?kind={kind}", None if kind in filed else "document_required")
        for kind in required(company, catalogue)
    )


def evolve(company: Company, fact: DocumentFact) -> Company:
    if isinstance(fact, DocumentAdded):
        return company.model_copy(update={"documents": (*company.documents, fact.filing)})
    others = tuple(filing for filing in company.documents if filing.document.document_id != fact.document_id)
    removed = company.filing(fact.document_id)
    kept = (removed.model_copy(update={"hidden": True}),) if removed and removed.released else ()
    return company.model_copy(update={"documents": (*others, *kept)})


def release(company: Company, documents: tuple[UUID, ...]) -> tuple[Filing, ...]:
    """The company's documents once officers have been given these."""
    return tuple(
        filing.model_copy(update={"released": True}) if filing.document.document_id in documents else filing
        for filing in company.documents
    )
