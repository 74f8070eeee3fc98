"""The fourteen mistakes that the model of the protocol knows, and the promise that each breaks.

Thirteen are made in the kernel's own text, in a line or two of the real code. `ALONGSIDE` is an operator's mistake,
so the search makes it: it starts the services while the journals are being replayed. `SHORTCUTS` are mistakes in what
makes the kernel faster, of which the model knows nothing.
"""

from shared.bus.inbox import BatchConsumer
from shared.bus.parking import Parking
from shared.bus.pending import PendingOutboxes
from shared.bus.publishers import Fenced, InOrder
from shared.bus.relay import Relay
from shared.store.documents import Documents
from shared.store.parked import Parked
from tests.support.mistakes import Mistake

IN_TURN = """\
        while moving:
            outcomes = await _acknowledged(
                [_send(producer, lane.topic, lane.entries[lane.acknowledged]) for lane in moving]
            )
            for lane, acknowledged in zip(moving, outcomes, strict=True):
                lane.acknowledged += acknowledged
            failed |= not all(outcomes)
            moving = [
                lane
                for lane, went in zip(moving, outcomes, strict=True)
                if went and lane.acknowledged < len(lane.entries)
            ]
"""
PIPELINED = """\
        for lane in moving:
            outcomes = await _acknowledged([_send(producer, lane.topic, entry) for entry in lane.entries])
            lane.acknowledged = {counted}
            failed |= not all(outcomes)
"""
PREFIX = "[*outcomes, False].index(False)"
WRITE_THEN_PARK = """\
        defects = await self._write(plan.works)
        for ref, defect in defects.items():
            condemned[_culprit(messages, ref, plan.works[ref].loaded, condemned).id] = _reason(defect)
        if defects:
            return None
        await self._park(plan, parked)
"""
PARK_THEN_WRITE = """\
        await self._park(plan, parked)
        await self._write(plan.works)
"""
UNCONSUMED = (
    "{at: replace(work, watermarks={**work.watermarks, message.envelope.publisher: 0}) for at, work in works.items()}"
)
LAST = "len(outcomes) - [*reversed(outcomes), True].index(True)"


ALONGSIDE = Mistake("journals are replayed beside live services", "ORDER")
MISTAKES = (
    Mistake(
        "a relay sends only the fact of its notification",
        "ORDER",
        ((Relay, "_addressed", "in entries]", "in entries[-1:]]"),),
    ),
    Mistake(
        "all up to the last acknowledged message are pulled",
        "ORDER",
        ((InOrder, "publish", IN_TURN, PIPELINED.format(counted=LAST)),),
    ),
    Mistake(
        "a pull empties the outbox",
        "CONSUMED",
        ((Documents, "pull", '{"$pull": {"outbox": {"sequence": {"$in": done}}}', '{"$set": {"outbox": []}'),),
    ),
    Mistake(
        "nothing is parked behind", "CONSUMED", ((BatchConsumer, "_decide", " or message.key in plan.queues", ""),)
    ),
    Mistake(
        "an emptied queue is deleted though something was put into it",
        "CONSUMED",
        (
            (Parked, "pull", '            await self._queues.delete_one({"_id": key, "queue": []})\n', ""),
            (Parked, "close", ', "queue": []', ""),
        ),
    ),
    Mistake(
        "a redrive pops whatever is first",
        "CONSUMED",
        (
            (
                Parked,
                "pull",
                '{"$pull": {"queue": {"id": {"$in": ids}}}}',
                '{"$pop": {"queue": -1}}',
            ),
        ),
    ),
    Mistake(
        "a lost race in a bulk is not noticed",
        "COMMANDS",
        ((Documents, "_bulk", "written + len(defects) < len(changes)", "False"),),
    ),
    Mistake(
        "a redrive does not ask the watermark",
        "CONSUMED",
        ((BatchConsumer, "_again", "self._apply(message, works)", f"self._apply(message, {UNCONSUMED})"),),
    ),
    Mistake(
        "messages are sent without waiting, and the prefix is pulled",
        "ORDER",
        ((InOrder, "publish", IN_TURN, PIPELINED.format(counted=PREFIX)),),
    ),
    Mistake(
        "a record is parked before the write",
        "CONSUMED",
        ((BatchConsumer, "_attempt", WRITE_THEN_PARK, PARK_THEN_WRITE),),
    ),
    Mistake(
        "followers open a queue that is gone",
        "DEAD END",
        ((Parked, "push", "            raise StaleVersion", "            await self.open(key, [record])"),),
    ),
    Mistake(
        "a discard leaves the watermark where it is",
        "UNDEAD",
        ((Parking, "discard", "await self._pass_over(message)", "pass"),),
    ),
    ALONGSIDE,
    Mistake(
        "any number of relays write to partners",
        "STALE",
        ((Fenced, "__init__", "transactional_id=service", 'transactional_id=f"{service} {id(self)}"'),),
    ),
)

SHORTCUTS = (
    Mistake(
        "a lost race in an update by list is not noticed",
        "COMMANDS",
        ((Documents, "_by_list", "result.modified_count < len(changes)", "False"),),
    ),
    Mistake(
        "what was written is taken for the whole outbox",
        "ORDER",
        ((PendingOutboxes, "written", "if new.whole", "if True"),),
    ),
    Mistake(
        "what was written is put behind whatever is known",
        "ORDER",
        (
            (
                PendingOutboxes,
                "written",
                'known.entries[-1]["sequence"] + 1 == new.entries[0]["sequence"]',
                "True",
            ),
        ),
    ),
    Mistake(
        "what was written takes the place of what is known",
        "ORDER",
        (
            (
                PendingOutboxes,
                "written",
                "(*known.entries, *new.entries), (*known.encoded, *new.encoded)",
                "new.entries, new.encoded",
            ),
        ),
    ),
    Mistake(
        "the last part of an outbox is sent first",
        "ORDER",
        ((Relay, "_part", "entries[: mine[MOST_OF_AN_OUTBOX]]", "entries[mine[MOST_OF_AN_OUTBOX] :]"),),
    ),
    Mistake(
        "what was written is handed to the writer to partners",
        "STALE",
        ((Relay, "notify", "if self._publisher.concurrent", "if True"),),
    ),
)

UNANSWERED = Mistake(
    "a commit that is not answered is given up as if it could still be",
    "SURPRISE",
    ((Fenced, "_give_up", "AssertionError", "OSError"),),
)
