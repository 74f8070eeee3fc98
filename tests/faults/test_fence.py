"""A relay that slept through a withdrawal of consent wakes up with the record in its hands (programme.md 5.1)."""

import os
import signal
from collections.abc import Callable
from uuid import UUID, uuid4

from shared.contracts.envelope import Origin, inside
from shared.contracts.event import Event
from shared.contracts.intake import CompanyProfileUpdated, ConsentGiven, ConsentWithdrawn
from shared.contracts.pip_id import pip_id
from shared.contracts.review import MembershipActivated
from shared.kafka import KafkaAccess
from shared.store.parked import RawRecord
from tests.faults.instance import Instance
from tests.support.bus import on_topic, producing, put, until
from tests.support.packages import profile
from tests.support.samples_mra_exchange import START, membership

TOPIC = "pip.partner.us"


async def test_a_relay_that_was_stopped_cannot_bring_a_withdrawn_record_back(
    operator: KafkaAccess, instance: Callable[..., Instance]
) -> None:
    company = uuid4()
    first, second = instance("mra_exchange", "tests.faults.halting"), instance("mra_exchange")

    async def told() -> list[bytes | None]:
        """What the partner was told of this company, message by message; None is the end."""
        return [message.value for message in await on_topic(operator, TOPIC, pip_id(str(company)))]

    async def ended() -> bool:
        return (await told())[-1] is None

    async with producing(operator) as bus, first:
        for message in (declared(company, 1), consented(company, 2), activated(company)):
            await put(bus, message)
        await until(told)
        await put(bus, declared(company, 3, legal_name="Boreal Holdings Ltd."))
        await until(lambda: first.logged("halted"))
        async with second:
            await put(bus, withdrawn(company, 4))
            await until(ended, 60)
            in_force = await told()

            os.kill(first.process.pid, signal.SIGCONT)
            await until(lambda: first.logged("writer_replaced"))
            assert await told() == in_force


def declared(company: UUID, number: int, **changes: str) -> RawRecord:
    return said(CompanyProfileUpdated(company_id=company, revision=number, declared_at=START, profile=profile(**changes)), number)


def consented(company: UUID, number: int) -> RawRecord:
    given = {"administration": "US", "consent_id": company, "given_at": START}
    wording = {"text_version": "2026-01", "language": "en"}
    return said(ConsentGiven.model_validate({"company_id": company, **given, **wording, "in_force": (given,)}), number)


def withdrawn(company: UUID, number: int) -> RawRecord:
    event = ConsentWithdrawn(company_id=company, administration="US", consent_id=company, withdrawn_at=START, in_force=())
    return said(event, number)


def activated(company: UUID) -> RawRecord:
    return said(MembershipActivated.model_validate(membership(0, company=company).membership.model_dump()), 1)


def said(event: Event, number: int) -> RawRecord:
    """The record of the n-th message of a company, or of its membership."""
    outgoing = event.outgoing()
    headers = inside(outgoing, Origin(event.SOURCE, str(event.company_id), number, START, "cause", "correlation"))
    raw = tuple((name, value.encode()) for name, value in headers)
    return RawRecord(outgoing.topic, 0, 0, outgoing.key.encode(), (outgoing.body or "").encode(), raw)
