"""For context, the cheapest durable write: the floor's loop, with bodies inserted and no document changed."""

import asyncio
from collections.abc import Sequence

from pymongo.errors import BulkWriteError

from tests.bench.contenders.floor import drain
from tests.bench.work import Noted, Task, given_task

BODIES = "bodies"
_DUPLICATE = 11000


async def main(task: Task) -> None:
    bodies = task.connect()[BODIES]

    async def apply(batch: Sequence[Noted]) -> None:
        try:
            inserts = [
                {"_id": f"{note.company}/{note.number}", "company": note.company, "notice": note.notice}
                for note in batch
            ]
            await bodies.insert_many(inserts, ordered=False)
        except BulkWriteError as failed:
            if any(error["code"] != _DUPLICATE for error in failed.details["writeErrors"]):
                raise

    await drain(task, apply)


if __name__ == "__main__":
    asyncio.run(main(given_task()))
