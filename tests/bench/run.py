"""Measures section by section and writes docs/benchmarks.

`python -m tests.bench.run [--quick] [--seed N] [section ...]`

Sections that are not named keep the results of the run before.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from json import dumps, loads
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from shared.clock import now
from shared.model import Json
from tests.bench import report
from tests.bench.fan_out import fan_outs
from tests.bench.flow import flows
from tests.bench.ground import load, machine
from tests.bench.growth import growth
from tests.bench.hops import hops
from tests.bench.idle import idles
from tests.bench.pages import pages
from tests.bench.scale import Scale, scale
from tests.bench.start import starts
from tests.support.source import ROOT

RESULTS = ROOT / "docs" / "benchmarks"
Section = Callable[[Path, Scale], Awaitable[Json]]
SECTIONS: dict[str, Section] = {
    "hop": hops,
    "start": starts,
    "idle": idles,
    "flow": flows,
    "pages": pages,
    "fan_out": fan_outs,
    "growth": growth,
}
log = structlog.get_logger()


async def main(names: list[str], scale: Scale, *, quick: bool) -> None:
    results = RESULTS / "results.json"
    known: Json = loads(results.read_text("utf-8")) if results.exists() else {}
    run = {"run": now().isoformat(timespec="minutes"), "seed": scale.seed, "quick": quick, **machine()}
    for name in names:
        log.info("measuring", section=name)
        began, loaded = now(), load()
        with TemporaryDirectory() as home:
            measured = await SECTIONS[name](Path(home), scale)
        conditions = {**run, "seconds": round((now() - began).total_seconds()), "load_before": loaded}
        known[name] = {"conditions": conditions, **measured}
        results.write_text(dumps(known, indent=2) + "\n", "utf-8")
    report.write(known, RESULTS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "sections", nargs="*", metavar="section", help=f"of {', '.join(SECTIONS)}; all, if none is named"
    )
    parser.add_argument("--quick", action="store_true", help="three minutes, to try the harness")
    parser.add_argument("--seed", type=int, default=5)
    asked = parser.parse_args()
    asyncio.run(main(asked.sections or list(SECTIONS), scale(seed=asked.seed, quick=asked.quick), quick=asked.quick))
