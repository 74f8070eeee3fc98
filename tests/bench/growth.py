"""The same hop with ever more documents stored, and with ever larger ones."""

from pathlib import Path

from shared.model import Json
from tests.bench.ground import Ground, ground
from tests.bench.hop import Contender, Load, drained
from tests.bench.hops import require
from tests.bench.scale import Scale, measured

MOST_BYTES = 400_000_000  # of state that one run rewrites


async def growth(home: Path, scale: Scale) -> Json:
    """Events per second of the kernel, for each number of documents and each size."""
    speeds: dict[tuple[int, int], list[float]] = {row: [] for row in scale.growth}
    async with ground(home) as here:
        await _speed(here, scale, *scale.growth[0], scale.seed)  # nobody's: servers that have just started are slow
        for repeat in range(scale.growth_repeats):
            for documents, size in scale.growth:
                speeds[documents, size].append(await _speed(here, scale, documents, size, scale.seed + repeat))
    rows = [
        {
            "documents": documents,
            "bytes": size,
            "messages": _messages(scale, size),
            "events_per_second": measured(found),
        }
        for (documents, size), found in speeds.items()
    ]
    return {"rows": rows}


async def _speed(here: Ground, scale: Scale, documents: int, size: int, seed: int) -> float:
    kernel = Contender("kernel", "tests.bench.contenders.kernel", _messages(scale, size))
    run = await drained(here, kernel, Load(documents, size, documents, seed))
    require(run.verdict)
    return run.events_per_second


def _messages(scale: Scale, size: int) -> int:
    return min(scale.messages, MOST_BYTES // size)
