"""A relay that slept through a withdrawal of consent wakes up with the record in its hands (programme 5.1)."""

import os
import signal
from time import monotonic
from uuid import uuid4

from shared.bus.access import KafkaAccess
from shared.contracts.pip_id import pip_id
from tests.faults.instance import Start
from tests.faults.scene import RECOVERED_WITHIN, Report
from tests.support.builders.records import activated, consented, declared, withdrawn
from tests.support.servers.bus import on_topic, producing, put, until

TOPIC = "pip.partner.us"


async def test_a_relay_that_was_stopped_cannot_bring_a_withdrawn_record_back(
    operator: KafkaAccess, instance: Start, record_property: Report
) -> None:
    company = uuid4()
    first, second = instance("mra_exchange", "tests.faults.halting"), instance("mra_exchange")

    async def received() -> list[bytes | None]:
        """What the partner received of this company, message by message; None is the end."""
        return [message.value for message in await on_topic(operator, TOPIC, pip_id(str(company)))]

    async def ended() -> bool:
        return (await received())[-1] is None

    async with producing(operator) as bus, first:
        for message in (declared(company, 1), consented(company, 2), activated(company)):
            await put(bus, message)
        await until(received)
        await put(bus, declared(company, 3, legal_name="Boreal Holdings Ltd."))
        await until(lambda: first.logged("halted"))
        async with second:
            await put(bus, withdrawn(company, 4))
            await until(ended, 60)
            in_force = await received()

            os.kill(first.process.pid, signal.SIGCONT)
            resumed = monotonic()
            await until(lambda: first.logged("writer_replaced"), RECOVERED_WITHIN)
            record_property("recovered", f"{monotonic() - resumed:.1f} s of {RECOVERED_WITHIN:.0f}")
            record_property("seen", f"{len(in_force)} messages to the partner, and none more")
            record_property(
                "promise", "A relay that slept in a transaction brings nothing back that has ended meanwhile"
            )
            assert await received() == in_force
