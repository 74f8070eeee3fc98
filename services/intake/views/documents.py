"""The documents of a company as its people work with them: what is required, what is there, and where it is used."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.intake.domain.company import Company
from services.intake.domain.company.documents import Need, by_kind, needs, section
from services.intake.domain.company.section import Missing
from services.intake.domain.company.state import Returned
from services.intake.views.company import DocumentView, company_view
from shared.contracts.catalogue import Catalogue, DocumentKind
from shared.contracts.intake import Division, Document
from shared.errors import Refused
from shared.i18n import Text


@dataclass(frozen=True)
class Subject:
    """What a document is: its kind, and the division or line of business that it is about, if not all of them."""

    kind: DocumentKind
    division: Division | None = None
    line: Text | None = None


@dataclass(frozen=True)
class RequiredDocument:
    """A document that the company must file, those that meet the need, and the code of what is missing."""

    need: Need
    subject: Subject
    filed: tuple[Document, ...]
    lack: str | None

    @property
    def query(self) -> str:
        """With which the page of the upload asks for this document."""
        return self.need.where.removeprefix("documents")


@dataclass(frozen=True)
class Use:
    """An answer that names a document as evidence."""

    division: Division
    requirement_id: str


@dataclass(frozen=True)
class FiledDocument:
    """A document on file, the answers that name it, how many replies to officers do, and what officers advise on it."""

    document: DocumentView
    subject: Subject
    uses: tuple[Use, ...]
    replies: int
    advice: tuple[str, ...]
    expired: bool

    @property
    def removable(self) -> bool:
        return not self.uses and not self.replies


@dataclass(frozen=True)
class Documents:
    """What the company must file, and what it has."""

    required: tuple[RequiredDocument, ...]
    filed: tuple[FiledDocument, ...]
    percent: int

    @property
    def lacking(self) -> tuple[RequiredDocument, ...]:
        return tuple(required for required in self.required if required.lack)

    def document(self, document_id: UUID) -> FiledDocument:
        """Raises Refused("not_found")."""
        for filed in self.filed:
            if filed.document.document_id == document_id:
                return filed
        raise Refused("not_found")


def documents(company: Company, catalogue: Catalogue, day: date) -> Documents:
    measured = section(company, catalogue, day)
    return Documents(
        required(company, catalogue, measured.missing),
        tuple(_filed(document, company, catalogue, day) for document in company_view(company).documents),
        measured.percent,
    )


def required(company: Company, catalogue: Catalogue, missing: Iterable[Missing]) -> tuple[RequiredDocument, ...]:
    """What the company must file; `missing` says of which of it something is wrong."""
    lacks, kinds = {lack.where: lack.code for lack in missing}, by_kind(company)
    return tuple(
        RequiredDocument(
            need,
            _subject(need, company, catalogue),
            tuple(filing.document for filing in kinds[need.kind] if need.met_by(filing)),
            lacks.get(need.where),
        )
        for need in needs(company, catalogue)
    )


def evidence_for(division_id: UUID, chosen: tuple[str, ...], filed: tuple[FiledDocument, ...]) -> list[FiledDocument]:
    """What a division can choose as evidence: what is chosen first, then what was filed as evidence, then the rest.

    Of each, the newest is the first.
    """
    fitting = (each for each in reversed(filed) if each.document.division_id in {None, division_id})
    return sorted(
        fitting,
        key=lambda each: (str(each.document.document_id) not in chosen, each.document.kind != "evidence"),
    )


def _filed(document: DocumentView, company: Company, catalogue: Catalogue, day: date) -> FiledDocument:
    replies = company.application.replies if isinstance(company.application, Returned) else ()
    return FiledDocument(
        document,
        _subject(document, company, catalogue),
        tuple(_uses(document.document_id, company)),
        sum(document.document_id in reply.documents for reply in replies),
        tuple(advice.text for advice in company.advice if advice.document_id == document.document_id),
        document.valid_until is not None and document.valid_until < day,
    )


def _uses(document_id: UUID, company: Company) -> Iterator[Use]:
    for division in company.divisions:
        for answer in division.answers:
            if document_id in answer.evidence:
                yield Use(division, answer.requirement_id)


def _subject(about: Need | Document, company: Company, catalogue: Catalogue) -> Subject:
    return Subject(
        next(kind for kind in catalogue.documents.kinds if kind.id == about.kind),
        company.division(about.division_id) if about.division_id else None,
        next((line.name for line in catalogue.lines_of_business if line.id == about.line_of_business), None),
    )
