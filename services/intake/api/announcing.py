"""Has companies of before announce what services of this release consume for the first time (docs/decisions/0032)."""

import structlog

from services.intake.domain.company.announcing import ANNOUNCED, Announce
from services.intake.views.company import UNANNOUNCED, Companies
from shared.clock import now
from shared.errors import Halted, OutboxFull, Unavailable, VersionNewer
from shared.handling import CLOCK, Causation, CommandEnvelope

AT_ONCE = 100
log = structlog.get_logger()


async def announce_all(companies: Companies) -> None:
    """Every company that has not announced it yet does so once; those that cannot now, at the next walk."""
    after, announced = "", 0
    while found := await companies.documents.ids(after, AT_ONCE, UNANNOUNCED):
        announced += sum([await _announces(companies, company_id) for company_id in found])
        after = found[-1]
    if announced:
        log.info("companies_announced", announcement=ANNOUNCED, companies=announced)


async def _announces(companies: Companies, company_id: str) -> bool:
    """Whether a company has announced it. Raises Unavailable."""
    command_id = f"announce/{company_id}/{ANNOUNCED}"
    envelope = CommandEnvelope(
        causation=Causation(command_id, command_id),
        idempotency_key=command_id,
        subject=CLOCK.subject,
        digest=command_id,
    )
    try:
        await companies.handle(company_id, Announce(at=now(), actor=CLOCK), envelope)
    except (Halted, OutboxFull, VersionNewer) as held:
        log.warning("announcement_held", id=company_id, reason=str(held))
    except Unavailable:
        raise
    except Exception:
        log.exception("announcement_failed", id=company_id)
    else:
        return True
    return False
