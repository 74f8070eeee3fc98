"""Findings: what an officer requires, until when, and what the company has done about it.

A document that shows it lies in intake. Its page there leads here, with the document's id and digest in the address.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.responses import HTMLResponse, Response

from services.site_validation.api.companies import respond_to_finding
from services.site_validation.api.deps import AtDeps
from services.site_validation.api.forms import ResponseForm
from services.site_validation.domain.validation.state import Open, Proof
from services.site_validation.pages.deps import Trader, may_act
from services.site_validation.views.companies import (
    OwnFinding,
    division_names,
    opened_validation,
    own_validation,
    validation_of_finding,
)
from shared.contracts.types import Name, Sha256
from shared.errors import Refused
from shared.pages.drafts import drafted, drafts_of, form_name, keep
from shared.pages.fields import Given, filled_in
from shared.pages.forms import Filled, FormSent, Sent
from shared.pages.stale import seen_in
from shared.pages.visits import PageRouter, SignedVisit

PROOF = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) ([0-9a-f]{64})")
router = PageRouter()


@dataclass(frozen=True)
class Read:
    """A finding as the visitor reads it, and whether this person may respond now."""

    finding: OwnFinding
    divisions: Mapping[UUID, Name]
    may_respond: bool

    @property
    def response(self) -> Given:
        """The response that waits for an officer, as its form is filled: another replaces it."""
        if self.finding.state != "responded":
            return {}
        waiting = self.finding.responses[-1]
        return {"text": (waiting.text,), "documents": tuple(map(_named, waiting.documents))}


async def _read(company_id: UUID, finding_id: UUID, visit: SignedVisit, deps: AtDeps) -> Read:
    """Raises Refused("not_found")."""
    acts = await may_act(company_id, visit, deps)
    state = (await validation_of_finding(deps.validations, company_id, finding_id)).state
    findings = own_validation(state, deps.catalogue.requirements).findings
    finding = next(each for each in findings if each.finding_id == finding_id)
    return Read(finding, division_names(state), acts and isinstance(state, Open) and _awaits_action(finding))


def _proof(document_id: UUID, digest: Sha256) -> Proof:
    return Proof(document_id=document_id, sha256=digest)


AtProof = Annotated[Proof, Depends(_proof)]


@router.page("finding")
async def show_finding(company_id: UUID, finding_id: UUID, visit: Trader, deps: AtDeps) -> Response:
    read = await _read(company_id, finding_id, visit, deps)
    return _shown(visit, read, await drafted(visit, Filled(read.response)))


@router.form("finding")
async def respond(company_id: UUID, finding_id: UUID, visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    response = _numbered(sent)
    refused = await sent.command(
        visit, lambda call: respond_to_finding(company_id, finding_id, response.body(ResponseForm), call, deps)
    )
    if refused:
        return _shown(visit, await _read(company_id, finding_id, visit, deps), refused)
    return visit.leave("finding", done="response")


@router.page("evidence")
async def show_evidence(company_id: UUID, proof: AtProof, visit: Trader, deps: AtDeps) -> Response:
    """The findings that a document may be about."""
    acts = await may_act(company_id, visit, deps)
    found = await opened_validation(deps.validations, company_id)
    findings = own_validation(found.state, deps.catalogue.requirements).findings if found else ()
    return visit.show(
        "evidence.html",
        form=Filled(),
        proof=proof,
        findings=[finding for finding in findings if acts and _awaits_action(finding)],
        divisions=division_names(found.state) if found else {},
    )


@router.form("evidence")
async def choose_evidence(company_id: UUID, proof: AtProof, visit: Trader, sent: FormSent, deps: AtDeps) -> Response:
    """Lays the document beside the response that is being written. Raises Refused("not_found")."""
    finding_id = _id_in(sent)
    read = await _read(company_id, finding_id, visit, deps)
    ids = {"company_id": str(company_id), "finding_id": str(finding_id)}
    name, subject = form_name("finding", ids, ""), visit.session.subject
    draft = await drafts_of(visit.http).find(subject, name)
    typed, seen = (draft.fields, draft.seen) if draft else (read.response, seen_in(read.response))
    documents = dict.fromkeys((*typed.get("documents", ()), _named(proof)))
    await keep(visit.http, subject, name, Filled({**typed, "documents": tuple(documents)}, seen=seen))
    return visit.leave("finding", finding_id=finding_id, done="document_added")


def _shown(visit: SignedVisit, read: Read, form: Filled) -> HTMLResponse:
    return visit.show(
        "finding.html",
        form.status,
        finding=read.finding,
        divisions=read.divisions,
        may_respond=read.may_respond,
        proofs=_proofs(form.given),
        form=form,
    )


def _awaits_action(finding: OwnFinding) -> bool:
    """Whether the company may still respond."""
    return finding.kind == "action_required" and finding.state != "accepted"


def _id_in(sent: Sent) -> UUID:
    """The finding that was chosen. Raises Refused("not_found")."""
    try:
        return UUID("".join(filled_in(sent.given, "finding_id")))
    except ValueError:
        raise Refused("not_found") from None


def _numbered(sent: Sent) -> Sent:
    """The documents that are ticked, in the fields of the body."""
    parts = {
        f"documents.{number}.{name}": (str(value),)
        for number, proof in enumerate(_proofs(sent.given))
        for name, value in dict(proof).items()
    }
    return replace(sent, given={"text": sent.given.get("text", ()), "documents": (), **parts})


def _proofs(given: Given) -> tuple[Proof, ...]:
    """The documents that are named; what no page has offered is left out."""
    matches = map(PROOF.fullmatch, given.get("documents", ()))
    return tuple(Proof(document_id=UUID(match[1]), sha256=match[2]) for match in matches if match)


def _named(proof: Proof) -> str:
    """How a field names a document."""
    return f"{proof.document_id} {proof.sha256}"
