"""The operators' pages of a service: how it stands, what is parked and why, proofs, lives, and who did what by hand.

They call the operators' endpoints, so whatever those note is noted.
"""

from datetime import date, datetime, time, timedelta
from json import dumps
from typing import Annotated, Literal

from pydantic import BeforeValidator, NonNegativeInt, StringConstraints
from starlette.responses import Response

from shared.clock import now
from shared.errors import Refused
from shared.http.call import Call
from shared.operations import (
    AtOperations,
    AuditFilter,
    Discard,
    Discarded,
    Operations,
    discard_parked,
    read_audit_log,
    read_lives,
    redrive_parked,
    seal_journal,
    show_parked,
    verify_journal,
)
from shared.operations.opened import opened
from shared.operations.standing import standing
from shared.pages.addresses import addresses
from shared.pages.drafts import drafted
from shared.pages.faults import WHOLE, Unfitting
from shared.pages.forms import CONFLICT, Filled, FormSent, Sent
from shared.pages.typography import ONTARIO
from shared.pages.visits import PageRouter, SignedVisit, signed_in
from shared.programme.calendar import today
from shared.programme.roles import OPERATOR
from shared.store.paging import Cursor
from shared.store.parked import ParkedQueue

PAGE = 50
OPENED_AT_ONCE = 10
LOOKED_BACK = timedelta(days=30)
FROM_THE_GATEWAY = "x-forwarded-host"  # there alone a browser reaches the other services
Operator = Annotated[SignedVisit, signed_in(OPERATOR)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Since = Annotated[date | None, BeforeValidator(lambda given: given or None)]


def router(service: str) -> PageRouter:
    """The pages of one service, under its names in the table of addresses."""
    made = PageRouter()
    made.page(f"{service}_operations")(show_operations)
    made.page(f"{service}_operations_parked")(show_queue)
    made.form(f"{service}_operations_parked")(act_on_queue)
    made.page(f"{service}_operations_life")(show_life)
    made.page(f"{service}_operations_audit")(show_audit_log)
    return made


async def show_operations(
    visit: Operator, at: AtOperations, proof: Literal["verification", "seal"] | None = None
) -> Response:
    """How the service stands; with `proof`, what was proved just now."""
    return visit.show(
        "operations.html",
        services=tuple(dict.fromkeys(address.service for address in addresses().values())),
        service=visit.address.service,
        behind_gateway=FROM_THE_GATEWAY in visit.http.headers,
        standing=await standing(at),
        at=visit.call.at,
        verification=await verify_journal(visit.call, at) if proof == "verification" else None,
        seal=await seal_journal(visit.call, at) if proof == "seal" else None,
    )


async def show_queue(parked_id: str, visit: Operator, at: AtOperations, after: NonNegativeInt = 0) -> Response:
    """What is parked under one key, without its bytes."""
    queue = await _queue(parked_id, at)
    if queue is None:
        return _nothing_left(visit, "no_longer_parked")
    return await _show_queue(visit, queue, at, await drafted(visit, Filled(), act="discard"), after=after)


async def act_on_queue(parked_id: str, visit: Operator, sent: FormSent, at: AtOperations) -> Response:
    """Opens the bytes, redrives the queue, or discards its first record."""
    queue = await _queue(parked_id, at)
    if queue is None:
        return _nothing_left(visit, "no_longer_parked")
    if sent.act == "open":
        records = await show_parked(queue.key, visit.call, at, OPENED_AT_ONCE)
        return await _show_queue(visit, queue, at, Filled(), opened=[opened(record) for record in records])
    if sent.act == "redrive":
        return await _redrive(queue, visit, at)
    return await _discard(queue, visit, sent, at)


async def show_life(visit: Operator, at: AtOperations, name: Name = "", after: NonNegativeInt = 0) -> Response:
    """Every fact of whatever has this id or unique value, the latest first; the reading is noted."""
    found = await read_lives(name, visit.call, at) if name else []
    lives = sorted(found, key=lambda entry: (entry.at, entry.sequence), reverse=True)
    keys = {name, *(entry.subject for entry in lives)}
    return visit.show(
        "operations_life.html",
        service=visit.address.service,
        name=name,
        entries=[(entry, dumps(entry.fact, indent=2, ensure_ascii=False)) for entry in lives[after : after + PAGE]],
        total=len(lives),
        next=after + PAGE if len(lives) > after + PAGE else None,
        waiting=[queue for queue in await at.parking.waiting() if queue.key in keys] if name else (),
    )


async def show_audit_log(
    visit: Operator, at: AtOperations, since: Since = None, after: Cursor | None = None
) -> Response:
    """What operators and officers did or read by hand since a day, the oldest first."""
    day = since or today(now()) - LOOKED_BACK
    filters = AuditFilter(since=datetime.combine(day, time.min, ONTARIO), limit=PAGE, after=after)
    page = await read_audit_log(filters, visit.call, at)
    return visit.show(
        "operations_audit.html", service=visit.address.service, since=day, entries=page.entries, next=page.next
    )


async def _redrive(queue: ParkedQueue, visit: SignedVisit, at: Operations) -> Response:
    handled = (await redrive_parked(queue.key, visit.call, at)).handled
    left = await _queue(queue.id, at)
    if left is None:
        return _nothing_left(visit, "redriven")
    return await _show_queue(visit, left, at, Filled(status=CONFLICT), handled=handled)


async def _discard(queue: ParkedQueue, visit: SignedVisit, sent: Sent, at: Operations) -> Response:
    async def discard(call: Call) -> Discarded:
        """Where another record is the first by now, there is nothing to compare: it is to be read."""
        try:
            return await discard_parked(queue.key, sent.body(Discard), call, at)
        except Refused as refused:
            if refused.code != "stale":
                raise
            raise Unfitting({WHOLE: "another_is_first"}) from None

    refused = await sent.command(visit, discard)
    left = await _queue(queue.id, at)
    if left is None:
        return _nothing_left(visit, "no_longer_parked" if refused else "record_discarded")
    if refused:
        return await _show_queue(visit, left, at, refused)
    return visit.leave(visit.address.name, done="record_discarded")


async def _queue(parked_id: str, at: Operations) -> ParkedQueue | None:
    return next((queue for queue in await at.parking.waiting() if queue.id == parked_id), None)


async def _show_queue(
    visit: SignedVisit, queue: ParkedQueue, at: Operations, form: Filled, *, after: int = 0, **happened: object
) -> Response:
    """`happened`: the records that were opened, or how many were handled."""
    return visit.show(
        "operations_parked.html",
        form.status,
        service=visit.address.service,
        queue=queue,
        records=await at.parking.page(queue.key, after, PAGE),
        next=after + PAGE if queue.length > after + PAGE else None,
        form=form,
        plain=Filled(),
        **{"opened": (), "handled": None, **happened},
    )


def _nothing_left(visit: SignedVisit, done: str) -> Response:
    """Back to the service's page, which says what was done."""
    return visit.leave(f"{visit.address.service}_operations", done=done)
