"""The plots of the page."""

from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shared.model import Json

mpl.use("Agg")
OURS, THEIRS = "#1b6ca8", "#9aa5b1"


def draw(results: Json, into: Path) -> None:
    """One PNG for every section that has a plot."""
    for name, (title, plot) in PLOTS.items():
        if name in results:
            figure = Figure(figsize=(8, 3.6), layout="constrained")
            axes = figure.subplots()
            axes.set_title(title, loc="left", fontsize=11)
            axes.spines[["top", "right"]].set_visible(False)
            plot(axes, results[name])
            figure.savefig(into / f"{name}.png", dpi=140)


def _hop(axes: Axes, section: Json) -> None:
    contenders = list(section["contenders"].items())[::-1]
    speeds = [contender["events_per_second"] for _, contender in contenders]
    colours = [OURS if name == "kernel" else THEIRS for name, _ in contenders]
    labels = [contender["label"] for _, contender in contenders]
    axes.barh(labels, **_medians(speeds, "x", of="width"), color=colours, ecolor="#444444", capsize=3)
    axes.set_xscale("log")
    axes.set_xlabel("events per second, logarithmic; bars: median, whiskers: least and most")
    for position, speed in enumerate(speeds):
        axes.text(speed["most"] * 1.1, position, f"{speed['median']:,.0f}", va="center", fontsize=9)
    axes.set_xlim(right=max(speed["most"] for speed in speeds) * 2.5)


def _medians(speeds: Sequence[Json], axis: str, of: str = "y") -> Json:
    """Values and whiskers, as the plotting functions call them."""
    medians = [speed["median"] for speed in speeds]
    below = [speed["median"] - speed["least"] for speed in speeds]
    above = [speed["most"] - speed["median"] for speed in speeds]
    return {of: medians, f"{axis}err": [below, above]}


def _growth(axes: Axes, section: Json) -> None:
    rows = [row for row in section["rows"] if row["bytes"] == section["rows"][0]["bytes"]]
    speeds = [row["events_per_second"] for row in rows]
    axes.errorbar(
        [row["documents"] for row in rows], **_medians(speeds, "y"), color=OURS, ecolor="#444444", capsize=3, marker="o"
    )
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel(f"stored documents of {rows[0]['bytes'] // 1000} KB")
    axes.set_ylabel("events per second")


def _flow(axes: Axes, section: Json) -> None:
    times = section["decisions"]["milliseconds_at"]
    highest = section["decisions"]["highest_per_second"]["median"]
    for cut, shade in (("p50", 0.4), ("p95", 0.7), ("p99", 1.0)):
        cuts = _medians([request[cut] for request in times.values()], "y")
        axes.errorbar(list(times), **cuts, color=OURS, alpha=shade, capsize=3, marker="o", label=cut)
    axes.axhline(150, color=THEIRS, linestyle="--", label="target of p99 at 50%")
    axes.set_ylim(bottom=0)
    axes.set_xlabel(f"part of the highest rate ({highest:.0f} decisions per second)")
    axes.set_ylabel("milliseconds")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))


PLOTS: dict[str, tuple[str, Callable[[Axes, Json], None]]] = {
    "hop": ("One hop, with the same documents and the same durability", _hop),
    "growth": ("The kernel's hop with more documents stored", _growth),
    "flow": ("From an officer's decision to the record on the partner's topic", _flow),
}
