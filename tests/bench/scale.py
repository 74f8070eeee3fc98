"""How much is measured: a whole run, or a quick one to try the harness; and how a row of measurements is summed up."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from shared.model import Json


@dataclass(frozen=True)
class Scale:
    """Numbers of messages, documents, repeats and companies."""

    seed: int
    repeats: int = 5
    deaths: int = 3
    speakers_at_death: int = 50
    documents: int = 10_000
    messages: int = 30_000
    slow_messages: int = 1_000
    growth: tuple[tuple[int, int], ...] = (
        (10_000, 2_000),
        (100_000, 2_000),
        (1_000_000, 2_000),
        (10_000, 20_000),
        (10_000, 200_000),
    )
    growth_repeats: int = 3
    fan_out: tuple[int, ...] = (1, 11, 200)
    status_changes: int = 50
    flow_repeats: int = 3
    flow_companies: int = 20
    decisions: int = 500
    decisions_alone: int = 100
    open_loop_seconds: float = 15
    reads: int = 1_000
    idle_seconds: float = 60
    pages_seconds: float = 300
    cases: int = 10_000
    divisions: int = 20


QUICK = {
    "repeats": 2,
    "deaths": 1,
    "documents": 2_000,
    "messages": 6_000,
    "slow_messages": 200,
    "growth": ((10_000, 2_000), (50_000, 2_000), (1_000, 20_000)),
    "growth_repeats": 1,
    "status_changes": 6,
    "flow_repeats": 2,
    "flow_companies": 4,
    "decisions": 60,
    "decisions_alone": 10,
    "open_loop_seconds": 4,
    "reads": 100,
    "idle_seconds": 10,
    "pages_seconds": 15,
    "cases": 500,
    "divisions": 3,
}


def scale(*, seed: int, quick: bool) -> Scale:
    return Scale(seed, **(QUICK if quick else {}))  # type: ignore[arg-type] # one table of fields


def measured(values: Sequence[float]) -> Json:
    """Median and spread, and the values themselves."""
    return {"median": median(values), "least": min(values), "most": max(values), "values": list(values)}


def percentiles(runs: Sequence[Sequence[float]]) -> Json:
    """p50, p95 and p99 of every run, with median and spread over the runs."""
    cuts = [quantiles(run, n=100, method="inclusive") for run in runs]
    of_each = {f"p{part}": measured([cut[part - 1] for cut in cuts]) for part in (50, 95, 99)}
    return {**of_each, "count": sum(map(len, runs))}
