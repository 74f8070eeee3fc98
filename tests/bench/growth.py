"""The same hop with ever more documents stored, and with ever larger ones."""

from pathlib import Path

from shared.decider import Json
from tests.bench.ground import Ground, ground
from tests.bench.hop import Contender, Load, drained
from tests.bench.hops import require
from tests.bench.scale import Scale, measured

MOST_BYTES = 400_000_000  # of state that one run rewrites


async def growth(home: Path, scale: Scale) -> Json:
    """Events per second of the kernel, for each number of documents and each size."""
    async with ground(home) as here:
        rows = [await _row(here, scale, documents, size) for documents, size in scale.growth]
    return {"rows": rows}


async def _row(here: Ground, scale: Scale, documents: int, size: int) -> Json:
    kernel = Contender("kernel", "tests.bench.contenders.kernel", min(scale.messages, MOST_BYTES // size))
    speeds = []
    for repeat in range(scale.growth_repeats):
        run = await drained(here, kernel, Load(documents, size, scale.seed + repeat))
        require(run.verdict)
        speeds.append(run.events_per_second)
    return {"documents": documents, "bytes": size, "messages": kernel.messages, "events_per_second": measured(speeds)}
