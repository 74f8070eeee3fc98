"""Has a service park a message that it cannot read, as its operators then find it."""

from uuid import uuid4

from shared.clock import now
from shared.contracts.envelope import Origin, inside
from shared.store.parked import id_of
from tests.support.builders.settling import sample_event
from tests.support.built import subscriptions_of
from tests.support.servers.bus import until
from tests.support.servers.served import Person, Served, about

UNREADABLE = b'{"company_id": "cut off he'


async def park(served: Served, service: str, operator: Person) -> str:
    """The id of the queue of a company of which two messages came, the first of them cut off on its way."""
    company = uuid4()
    kind = next(kind for kind in subscriptions_of(service) if kind.DISCARDABLE)
    for sequence in (1, 2):
        outgoing = about(company, sample_event(kind)).outgoing()
        origin = Origin(kind.SOURCE, str(company), sequence, now(), causation="test", correlation="test")
        headers = [(name, value.encode()) for name, value in inside(outgoing, origin)]
        await served.producer.send_and_wait(outgoing.topic, UNREADABLE, key=outgoing.key.encode(), headers=headers)

    async def both() -> bool:
        return len((await operator.does("GET /operations/parked")).get(str(company), ())) == 2

    await until(both)
    return id_of(str(company))
