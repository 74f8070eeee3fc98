"""Consents over HTTP: whom the company allows to be informed, and what each would be sent."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from services.intake.api.deps import AtDeps, Trader
from services.intake.api.forms import ConsentAttestationForm
from services.intake.domain.company import REFUSES
from services.intake.domain.company.consents import GiveConsent, WithdrawConsent
from services.intake.domain.company.signature import NamedSignature
from services.intake.views.company import company_of
from services.intake.views.consents import Consents, consents
from shared.contracts.types import Code
from shared.handling import Receipt
from shared.http.openapi import refuses
from shared.programme.calendar import today

AdministrationCode = Annotated[Code, Path(examples=["US"])]
router = APIRouter(tags=["consents"])


@router.get("/companies/{company_id}/consents", summary="Consents, and what they would send")
async def read_consents(company_id: UUID, call: Trader, deps: AtDeps) -> Consents:
    """All administrations in force, the text of consent in the reader's language, and a preview of the record."""
    company, sequence = await company_of(deps.companies, company_id, call.caller.subject)
    call.tag(sequence)
    return consents(company, today(call.at), call.language, deps.reference.catalogue)


@router.put("/companies/{company_id}/consents/{administration}", summary="Consent to inform an administration")
@refuses(*REFUSES[GiveConsent])
async def give_consent(
    company_id: UUID, administration: AdministrationCode, body: ConsentAttestationForm, call: Trader, deps: AtDeps
) -> Receipt:
    """For the account owner alone. Nothing is sent before the membership begins."""
    consent_id = call.new_id("consent", company_id)
    command = GiveConsent(
        at=call.at,
        actor=call.actor,
        administration=administration,
        consent_id=consent_id,
        signature=body.into(NamedSignature),
    )
    return await call.handle(deps.companies, str(company_id), command)


@router.delete("/companies/{company_id}/consents/{administration}", summary="Withdraw a consent")
@refuses(*REFUSES[WithdrawConsent])
async def withdraw_consent(company_id: UUID, administration: AdministrationCode, call: Trader, deps: AtDeps) -> Receipt:
    """For the account owner and the proxy. The administration learns that the sharing has ended, without a reason."""
    command = WithdrawConsent(at=call.at, actor=call.actor, administration=administration)
    return await call.handle(deps.companies, str(company_id), command)
