"""The floor with an update by list, as the kernel writes: the database plans one operation for a whole batch."""

import asyncio
from collections.abc import Iterator, Sequence

from shared.model import Json
from tests.bench.contenders.floor import drain
from tests.bench.work import ENTRIES, Noted, Task, given_task


async def main(task: Task) -> None:
    entries = task.connect()[ENTRIES]

    async def apply(batch: Sequence[Noted]) -> None:
        for notes in _one_of_each_company(batch):
            await entries.update_many({"_id": {"$in": list(notes)}}, _update(notes))

    await drain(task, apply)


def _one_of_each_company(batch: Sequence[Noted]) -> Iterator[dict[str, Noted]]:
    """The batch in as many updates as one company has notes in it."""
    left = list(batch)
    while left:
        notes = {note.company: note for note in reversed(left)}
        left = [note for note in left if notes[note.company] is not note]
        yield notes


def _update(notes: dict[str, Noted]) -> list[Json]:
    """What `Noted.change` does, for the note that is listed where the document's id is."""
    listed = [{"number": note.number, "notice": note.notice} for note in notes.values()]
    mine = {"$arrayElemAt": [{"$literal": listed}, {"$indexOfArray": [{"$literal": list(notes)}, "$_id"]}]}
    state = {"$mergeObjects": ["$state", "$$mine", {"count": {"$add": ["$state.count", 1]}}]}
    changed = {"sequence": "$$mine.number", "state": state, "version": {"$add": ["$version", 1]}}
    once = {"$cond": [{"$lt": ["$sequence", "$$mine.number"]}, {"$mergeObjects": ["$$ROOT", changed]}, "$$ROOT"]}
    return [{"$replaceWith": {"$let": {"vars": {"mine": mine}, "in": once}}}]


if __name__ == "__main__":
    asyncio.run(main(given_task()))
