"""What the company files. Officers see only what was released: with a submitted package, or in response to findings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Literal, assert_never
from uuid import UUID

from services.intake.domain.company.rights import DraftingCommand, PersonalCommand
from services.intake.domain.company.section import Section, measured
from services.intake.domain.company.state import Company, Filing, Returned
from shared.contracts.catalogue import Catalogue, DocumentKind, Scope, required_documents
from shared.contracts.intake import Document
from shared.contracts.types import LineOfBusiness
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
    v: int = 2
    kind: Literal["document_added"] = "document_added"
    filing: Filing


class DocumentRemoved(Fact):
    """The document is gone from the drafts; its bytes are deleted unless it was released."""

    kind: Literal["document_removed"] = "document_removed"
    document_id: UUID


DocumentCommand = AddDocument | RemoveDocument
DocumentFact = DocumentAdded | DocumentRemoved
REFUSES: Refusals = {
    AddDocument: (
        "kind_unknown",
        "scope_unfitting",
        "too_large",
        "too_many_documents",
        "type_not_allowed",
        "unknown_division",
    ),
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
    _require_scope(document, require_addable(document.kind, company, catalogue), company)
    if document.media_type not in limits.media_types:
        raise Refused("type_not_allowed", field="Content-Type")
    if document.size > limits.max_file_bytes:
        raise Refused("too_large", field="body")
    filing = Filing(document=document, file_id=command.file_id, released=document.kind == FINDING_RESPONSE)
    return (DocumentAdded(filing=filing),)


def require_addable(kind_id: str, company: Company, catalogue: Catalogue) -> DocumentKind:
    """The kind, of which a document may be added now; known before its bytes are read. Raises Refused."""
    limits = catalogue.documents
    kind = next((known for known in limits.kinds if known.id == kind_id), None)
    if kind is None:
        raise Refused("kind_unknown", field="kind")
    if len(company.drafted) >= limits.max_files or len(company.documents) >= MOST_FILINGS:
        raise Refused("too_many_documents")
    return kind


def remove(command: RemoveDocument, company: Company) -> tuple[DocumentRemoved]:
    if command.document_id not in {document.document_id for document in company.drafted}:
        raise Refused("unknown_document")
    if command.document_id in named(company):
        raise Refused("document_in_use")
    return (DocumentRemoved(document_id=command.document_id),)


def _require_scope(document: Document, kind: DocumentKind, company: Company) -> None:
    """Raises Refused unless the document names what its kind is about, and nothing else."""
    named: dict[Scope, bool] = {
        "division": document.division_id is not None,
        "line_of_business": document.line_of_business is not None,
    }
    if any(is_named != (scope == kind.scope) for scope, is_named in named.items()):
        raise Refused("scope_unfitting", field="kind")
    if document.line_of_business and document.line_of_business not in company.profile.lines_of_business:
        raise Refused("scope_unfitting", field="line_of_business")
    if document.division_id and company.division(document.division_id) is None:
        raise Refused("unknown_division", field="division_id")


def require_drafted(documents: Iterable[UUID], company: Company, field: str) -> None:
    """Raises Refused("unknown_document") if the company does not work with all of these."""
    if not {document.document_id for document in company.drafted}.issuperset(documents):
        raise Refused("unknown_document", field=field)


def named(company: Company) -> frozenset[UUID]:
    """The documents that an answer or a reply names."""
    evidence = (answer.evidence for division in company.divisions for answer in division.answers)
    replies = company.application.replies if isinstance(company.application, Returned) else ()
    return frozenset(chain.from_iterable((*evidence, *(reply.documents for reply in replies))))


@dataclass(frozen=True)
class Need:
    """A document that is required: of a kind, for a division or a line if the kind is of one."""

    kind: str
    division_id: UUID | None = None
    line_of_business: LineOfBusiness | None = None

    @property
    def where(self) -> str:
        """The query with which such a document is uploaded."""
        named = {"kind": self.kind, "division_id": self.division_id, "line_of_business": self.line_of_business}
        return f"documents?{'&'.join(f'{name}={value}' for name, value in named.items() if value)}"

    def met_by(self, filing: Filing) -> bool:
        """A document that says neither division nor line is about all of them."""
        document = filing.document
        return (
            document.kind == self.kind
            and document.division_id in {None, self.division_id}
            and document.line_of_business in {None, self.line_of_business}
            and not (filing.hidden or filing.outdated)
        )


def needs(company: Company, catalogue: Catalogue) -> Iterator[Need]:
    """The documents that the company must file, for its lines, its divisions and the country of its address."""
    lines, country = company.profile.lines_of_business, company.profile.address.country
    for kind in required_documents(catalogue, lines, country):
        match kind.scope:
            case "company":
                yield Need(kind.id)
            case "division":
                for division in company.divisions:
                    if kind in required_documents(catalogue, division.lines_of_business, country):
                        yield Need(kind.id, division_id=division.division_id)
            case "line_of_business":
                for line in lines:
                    if kind in required_documents(catalogue, (line,), country):
                        yield Need(kind.id, line_of_business=line)


def section(company: Company, catalogue: Catalogue, day: date) -> Section:
    """The required documents, beside the four sections."""
    kinds = by_kind(company)
    return measured((need.where, _lack(need, kinds[need.kind], day)) for need in needs(company, catalogue))


def by_kind(company: Company) -> defaultdict[str, list[Filing]]:
    """What the company has filed of each kind."""
    kinds = defaultdict[str, list[Filing]](list)
    for filing in company.documents:
        kinds[filing.document.kind].append(filing)
    return kinds


def _lack(need: Need, of_its_kind: Iterable[Filing], day: date) -> str | None:
    filed = [filing for filing in of_its_kind if need.met_by(filing)]
    if any(_valid(filing, day) for filing in filed):
        return None
    return "document_expired" if filed else "document_required"


def _valid(filing: Filing, day: date) -> bool:
    return filing.document.valid_until is None or day <= filing.document.valid_until


def given(company: Company, catalogue: Catalogue, day: date) -> tuple[UUID, ...]:
    """The documents of a package: those that are required, and every one that the package names."""
    required, cited = tuple(needs(company, catalogue)), named(company)
    return tuple(
        filing.document.document_id
        for filing in company.documents
        if (_valid(filing, day) and any(need.met_by(filing) for need in required))
        or (not filing.hidden and filing.document.document_id in cited)
    )


def proofs_of_owner(company: Company, catalogue: Catalogue) -> tuple[UUID, ...]:
    """The documents on file that prove the authority of the present owner."""
    kinds = {kind.id for kind in catalogue.documents.kinds if kind.of_owner}
    return tuple(
        filing.document.document_id
        for filing in company.documents
        if filing.document.kind in kinds and not (filing.hidden or filing.outdated)
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


def outdate(company: Company, documents: tuple[UUID, ...]) -> tuple[Filing, ...]:
    """The company's documents once these prove nothing any more."""
    return tuple(
        filing.model_copy(update={"outdated": True}) if filing.document.document_id in documents else filing
        for filing in company.documents
    )
