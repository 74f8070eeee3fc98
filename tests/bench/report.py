"""What was measured, for people: one page with a table for each section, beside the plots and the JSON that they are made of."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from shared.decider import Json
from tests.bench import plots

HEAD = """# Benchmarks

Written by `make bench` on one machine, with one Apache Kafka and one mongod for everybody. Numbers are medians, with the least and the
most of the repeats behind them; `results.json` has every value. A run in which our own kernel loses, doubles or turns round a single
message is void and ends without a page. What limits the speed now: [limits.md](limits.md).
"""
PROCESSES = ("Python", "mongod", "Kafka")
COUNTS = {
    "lost": "effects lost",
    "doubled": "effects twice",
    "unsaid": "never said",
    "inverted": "out of order",
    "altered": "one id, two bodies",
    "repeated": "said again",
}


def write(results: Json, into: Path) -> None:
    """The page and its plots."""
    parts = [HEAD]
    for name, tell in SECTIONS.items():
        if name in results:
            parts += [*tell(results[name]), _conditions(results[name]["conditions"])]
    (into / "README.md").write_text("\n".join(parts), "utf-8")
    plots.draw(results, into)


def _hop(section: Json) -> Iterable[str]:
    floor, textbook = section["times_of_floor"], section["times_textbook"]
    contenders = section["contenders"].values()
    yield "## One hop\n"
    yield (
        f"Consume, decide, write, journal, publish, pull, commit: each contender notes messages of 0.8 KB in "
        f"{section['documents']:,} stored\n"
        "documents and announces each of them, with `w: majority, j: true` and `acks=all`, as one process; "
        f"{section['repeats']} repeats, in turn.\nThe last columns are microseconds of processor time for each event.\n"
    )
    yield _table(("contender", "events/s", "least to most", *PROCESSES), map(_speed, contenders))
    yield (
        f"The kernel takes **{floor['median']:.2f} x** the floor's time ({_spread(floor, 2)}; target 1.25), and is "
        f"**{textbook['median']:.0f} x** as fast\nas the textbook's outbox ({_spread(textbook)}; target 40).\n"
    )
    yield "![events per second of each contender](hop.png)\n"
    yield f"What was left after {section['deaths']} runs with one SIGKILL each, all together:\n"
    yield _table(("contender", *COUNTS.values()), map(_left, contenders))
    yield "What is said again carries id and body of the first time; a reader that keeps a watermark, as ours do, passes over it.\n"


def _speed(one: Json) -> Sequence[str]:
    speed = one["events_per_second"]
    return one["label"], _rounded(speed["median"]), _spread(speed), *(_rounded(one["cpu_us"][process]) for process in PROCESSES)


def _left(one: Json) -> Sequence[str]:
    return one["label"], *(str(one["after_sigkill"][count]) for count in COUNTS)


def _growth(section: Json) -> Iterable[str]:
    yield "## Growth\n"
    yield "The kernel's hop again, with more documents stored and with larger ones; a message changes one of them at random.\n"
    rows = [
        (f"{row['documents']:,}", f"{row['bytes'] / 1000:,.0f} KB", _rounded(speed["median"]), _spread(speed))
        for row in section["rows"]
        for speed in (row["events_per_second"],)
    ]
    yield _table(("documents", "of", "events/s", "least to most"), rows)
    yield "![events per second by number of documents](growth.png)\n"


def _fan_out(section: Json) -> Iterable[str]:
    yield "## Fan-out\n"
    yield (
        "One change of a membership, alone on its way, from the message that says so until the last administration has its record:\n"
        "one write, one fenced transaction. The last columns are milliseconds of processor time. Most administrations are invented.\n"
    )
    rows = [
        (f"{row['partners']}", f"{times['median']:.0f} ms", _spread(times), *(_rounded(row["cpu_ms"][process], 1) for process in PROCESSES))
        for row in section["rows"]
        for times in (row["milliseconds"],)
    ]
    yield _table(("administrations told", "told after", "least to most", *PROCESSES), rows)


def _start(section: Json) -> Iterable[str]:
    yield "## Start and memory\n"
    yield "Each service by itself, from the start of its process until it is ready (target 3 s), and then idle (target 110 MB).\n"
    rows = [
        (name, f"{one['seconds']['median']:.1f} s", _spread(one["seconds"], 1), f"{one['idle_mb']['median']:.0f} MB")
        for name, one in section["services"].items()
    ]
    yield _table(("service", "ready after", "least to most", "resident"), rows)


def _flow(section: Json) -> Iterable[str]:
    lives, decisions, api, memory = (section[part] for part in ("lives", "decisions", "api", "memory_mb"))
    yield "## The whole programme\n"
    yield (
        "All five services, Kafka, MongoDB and whoever asks, on this machine: "
        f"**{lives['companies_per_second']:.2f} companies per second** from\n"
        f"submission to the partner's record, {lives['at_once']} at once, "
        "every step of trader and officers over HTTP.\n"
    )
    yield (
        "From an officer's last decision to the record on the partner's topic (three messages, the last one fenced): at most "
        f"{decisions['highest_per_second']:.0f} decisions\nper second. Open load, timed from the moment that was meant; target at 50 %: "
        "p99 under 150 ms.\n"
    )
    times = decisions["milliseconds_at"]
    yield _table(("of the highest rate", "p50", "p95", "p99", "decisions"), [(part, *_times(one)) for part, one in times.items()])
    yield "![time from decision to record](flow.png)\n"
    yield f"Requests to intake, {api['at_once']} at once, {api['requests_per_second']:.0f} per second:\n"
    yield _table(("request", "p50", "p95", "p99", "requests"), [(name, *_times(one)) for name, one in api["milliseconds"].items()])
    yield "Memory (targets 110 MB idle, 160 MB under load):\n"
    rows = [(name, f"{idle:.0f} MB", f"{memory['under_load'][name]:.0f} MB") for name, idle in memory["idle"].items()]
    yield _table(("service", "idle", "after all of this"), rows)


def _times(one: Json) -> Sequence[str]:
    return *(f"{one[cut]:,.0f} ms" for cut in ("p50", "p95", "p99")), f"{one['count']:,}"


SECTIONS: dict[str, Callable[[Json], Iterable[str]]] = {"hop": _hop, "growth": _growth, "start": _start, "flow": _flow, "fan_out": _fan_out}


def _conditions(told: Json) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in told["versions"].items())
    quick = " **A quick run, to try the harness: not to be quoted.**" if told["quick"] else ""
    return (
        f"<sub>{told['on']}, {told['seconds']} s, seed {told['seed']}; {told['processors']} x {told['processor']}, {told['memory_gb']} GB, "
        f"{told['system']}; {versions}.\nLoad average when it began: {told['load_before']:.1f}.{quick}</sub>\n"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _rounded(value: float, places: int = 0) -> str:
    return f"{value:,.{places}f}"


def _spread(measured: Json, places: int = 0) -> str:
    return f"{_rounded(measured['least'], places)} to {_rounded(measured['most'], places)}"
