"""Findings as officers see them, with links to the documents in which the company shows what it has done."""

from services.site_validation.domain.validation.state import Finding, GivenResponse, Proof
from shared.contracts.intake import document_url


class ProofView(Proof):
    link: str


class ResponseView(GivenResponse):
    documents: tuple[ProofView, ...]


class FindingView(Finding):
    """A finding and the company's responses. A linked file is the one that was named if its SHA-256 is the same."""

    responses: tuple[ResponseView, ...]


def finding_view(finding: Finding, intake_url: str) -> FindingView:
    responses = tuple(_response(response, intake_url) for response in finding.responses)
    return FindingView.model_validate(dict(finding) | {"responses": responses})


def _response(response: GivenResponse, intake_url: str) -> ResponseView:
    documents = tuple(
        ProofView(**dict(proof), link=document_url(intake_url, proof.document_id)) for proof in response.documents
    )
    return ResponseView.model_validate(dict(response) | {"documents": documents})
