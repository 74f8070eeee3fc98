"""A complete application package of an invented highway carrier with two divisions; any field can be changed."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.catalogue import Requirement, binding, load, required_documents
from shared.contracts.intake import (
    Answer,
    ApplicationSubmitted,
    Attestation,
    Contact,
    Division,
    Document,
    EligibilityAnswer,
    Profile,
)
from shared.contracts.types import Address, LineOfBusiness

COMPANY = UUID("5b0e4c1a-6f0d-4d6a-9a43-2f4f6a3a7c11")
YARD = uuid5(COMPANY, "division/yard")
TERMINAL = uuid5(COMPANY, "division/terminal")
SUBMITTED_AT = datetime(2026, 1, 5, 15, tzinfo=UTC)
LINES: tuple[LineOfBusiness, ...] = ("highway_carrier",)
ADVERSE = ("insolvent", "crown_debt", "bankruptcy", "convictions", "foreign_convictions", "contraventions")


def package(**changes: Any) -> ApplicationSubmitted:
    """The first submission of a first application, unless changed."""
    company_id = changes.get("company_id", COMPANY)
    catalogue = load()
    fields = {
        "company_id": company_id,
        "application_id": uuid5(company_id, "application/1"),
        "submission": 1,
        "submitted_at": SUBMITTED_AT,
        "profile": profile(),
        "eligibility": eligibility(),
        "divisions": divisions(),
        "documents": documents(),
        "attestation": Attestation(
            name="Maude Tremblay-Ostrander",
            title="Director of operations",
            text_version=catalogue.attestation.version,
            language="en",
        ),
        "terms_version": catalogue.terms.version,
        "catalogue_version": catalogue.version,
    }
    return ApplicationSubmitted.model_validate(fields | changes)


def profile(**changes: Any) -> Profile:
    fields = {
        "legal_name": "Boreal Drayage Ltd.",
        "operating_name": "Boreal",
        "business_number": "910000017",
        "carrier_codes": {"highway": {"code": "7BRL", "bonded": True}},
        "address": address("18 Kestrel Way"),
        "headquarters_country": "CA",
        "lines_of_business": LINES,
        "language": "en",
        "contact": Contact(
            name="Idris Halvorsen",
            title="Security lead",
            email="security@boreal-drayage.example",
            phone="+1 905 555 0142",
        ),
    }
    return Profile.model_validate(fields | changes)


def address(street: str) -> Address:
    return Address(lines=(street,), city="Mississauga", region="ON", postal_code="L5T 2N7", country="CA")


def eligibility(**changes: Any) -> tuple[EligibilityAnswer, ...]:
    """Answers that neither stop a submission nor weigh in the risk assessment; adverse ones are explained."""
    answers = {
        "facilities_in": ("CA",),
        "movements_12_months": 240,
        "last_movement_on": SUBMITTED_AT.date() - timedelta(days=3),
        "carm_registered": True,
        **dict.fromkeys(ADVERSE, False),
    }
    return tuple(answer_to(question, value) for question, value in (answers | changes).items())


def answer_to(question: str, value: Any) -> EligibilityAnswer:
    explanation = "Settled in 2024." if value is True and question in ADVERSE else None
    return EligibilityAnswer.model_validate({"question_id": question, "value": value, "explanation": explanation})


def divisions() -> tuple[Division, ...]:
    return division(YARD, "Mississauga yard", "18 Kestrel Way"), division(
        TERMINAL, "Airport Road terminal", "4 Airport Road"
    )


def division(division_id: UUID, name: str, street: str) -> Division:
    """A highway carrier's division that meets every requirement."""
    answers = tuple(_answer(division_id, requirement) for requirement in binding(load(), LINES))
    return Division(
        division_id=division_id, name=name, lines_of_business=LINES, address=address(street), answers=answers
    )


def documents() -> tuple[Document, ...]:
    """Every required kind, and the evidence that the answers name."""
    required = (
        document(uuid5(division_id or COMPANY, f"document/{kind.id}"), kind.id, division_id=division_id)
        for kind in required_documents(load(), LINES, "CA")
        for division_id in ((YARD, TERMINAL) if kind.scope == "division" else (None,))
    )
    return (*required, *(document(evidence_of(division_id), "evidence") for division_id in (YARD, TERMINAL)))


def document(document_id: UUID, kind: str, **changes: Any) -> Document:
    about = dict.fromkeys(("division_id", "line_of_business", "issued_on", "valid_until"))
    fields = {
        "document_id": document_id,
        "kind": kind,
        "name": f"{kind}.pdf",
        "media_type": "application/pdf",
        "size": 48_211,
        "sha256": sha256(str(document_id).encode()).hexdigest(),
    }
    return Document.model_validate({**fields, **about, **changes})


def evidence_of(division_id: UUID) -> UUID:
    return uuid5(division_id, "evidence")


def _answer(division_id: UUID, requirement: Requirement) -> Answer:
    evidence = (evidence_of(division_id),) if requirement.level == "must" else ()
    text = f"In place since 2024: {requirement.text.en}"
    return Answer(requirement_id=requirement.id, response="described", text=text, evidence=evidence)
