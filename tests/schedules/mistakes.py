"""The fourteen mistakes that the model of the protocol knows, and the promise that each breaks.

Thirteen are made in the kernel's own text, in a line or two of the real code. `ALONGSIDE` is an operator's mistake,
so the search makes it: it starts the services while the journals are being replayed. `SHORTCUTS` are mistakes in what
makes the kernel faster, of which the model knows nothing.
"""

from shared.bus import publishers
from shared.bus.inbox import BatchConsumer
from shared.bus.parking import Parking
from shared.bus.pending import PendingOutboxes
from shared.bus.publishers import Fenced, InOrder
from shared.bus.relay import Relay
from shared.store.documents import Documents
from shared.store.parked import Parked
from tests.support.mistakes import Mistake

IN_TURN = "                    break\n"
PIPELINED = "                    pass\n"
COUNTED = """\
            for index, count in batch.counts.items():
                counts[index] = count
"""
PREFIX = """\
            batch.topic = ""
            for index in batch.counts:
                several = [sent for sent in batches if index in sent.counts]
                missing = [place for place, sent in enumerate(several) if sent.topic]
                counts[index] = sum(sent.counts[index] for sent in several[: (missing or [len(several)])[0]])
"""
LAST = """\
            for index in batch.counts:
                so_far = batches[: batches.index(batch) + 1]
                counts[index] = max(counts[index], sum(sent.counts.get(index, 0) for sent in so_far))
"""
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
        ((publishers, "packed", IN_TURN, PIPELINED), (InOrder, "_acknowledged", COUNTED, LAST)),
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
        ((publishers, "packed", IN_TURN, PIPELINED), (InOrder, "_acknowledged", COUNTED, PREFIX)),
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
