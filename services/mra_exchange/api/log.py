"""The log over HTTP: a company reads what partners were sent of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.mra_exchange.api.deps import AtDeps, Trader
from services.mra_exchange.domain.disclosure.rights import MAY_READ_LOG
from services.mra_exchange.views.log import Log, LogFilter, log

router = APIRouter(tags=["companies"])


@router.get("/companies/{company_id}/disclosures", summary="What partners were sent of a company")
async def read_log(company_id: UUID, criteria: Annotated[LogFilter, Query()], call: Trader, deps: AtDeps) -> Log:
    """Every message to foreign administrations, newest first: to which, when, why, under which consent, which values.

    A message stands here as soon as it may leave, which is shortly before the administration has it; also one that
    another replaced before its delivery was confirmed, as the administration may have seen it.
    """
    await deps.teams.require(company_id, call.caller.subject, MAY_READ_LOG)
    return await log(deps.disclosures, deps.journal, company_id, criteria, deps.catalogue)
