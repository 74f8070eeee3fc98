"""The report for people: one page with a table for each section, beside the plots and the JSON behind them."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from shared.model import Json
from tests.bench import plots
from tests.bench.ground import CACHE_GB

PREAMBLE = (
    "# Benchmarks\n\n"
    "Written by `make bench` on one machine, with one Apache Kafka and one mongod for everybody in a section: "
    "for the whole programme as the\n"
    "deployment on one machine starts them, elsewhere with all of Java's compilers and {cache_gb:.0f} GB of cache. "
    "Numbers are medians, with the\n"
    "least and the most of the repeats behind them or in `results.json`. "
    "A run in which our own kernel loses, doubles or turns round a single\n"
    "message is void and ends without a page. What limits the speed now: [limits.md](limits.md).\n"
)
MOST_TIMES_OF_FLOOR, LEAST_TIMES_TEXTBOOK, MOST_FALL = 1.5, 20, 0.2
MOST_MILLISECONDS, MOST_MILLISECONDS_ALONE, MOST_IDLE = 250, 60, 0.1
MOST_MILLISECONDS_OF_PAGE, MOST_BYTES_AT_FIRST, MOST_MEGABYTES = 50, 200_000, 125
PROCESSES = ("Python", "mongod", "Kafka")
PAGES = {
    "start": "start",
    "overview": "a company's overview",
    "requirement": "a requirement and its answer",
    "cases": "officers' queue",
    "case_division": "answers of a division",
    "case_answer": "one answer and its judgement",
}
CUTS = ("p50", "p95", "p99")
COUNTS = {
    "lost": "lost",
    "doubled": "twice",
    "inverted": "out of order",
    "unpublished": "never published",
    "altered": "published in two ways",
    "repeated": "published again",
}


def write(results: Json, into: Path) -> None:
    """The page and its plots."""
    parts = [PREAMBLE.format(cache_gb=CACHE_GB)]
    for name, render in SECTIONS.items():
        if name in results:
            parts += [*render(results[name]), _conditions(results[name]["conditions"])]
    (into / "README.md").write_text("\n".join(parts), "utf-8")
    plots.draw(results, into)


def _hop(section: Json) -> Iterable[str]:
    floor, listed, textbook = (section[ratio] for ratio in ("times_of_floor", "times_of_listed", "times_textbook"))
    contenders = section["contenders"].values()
    yield "## One hop\n"
    yield (
        f"Consume, decide, write, journal, publish, pull, commit: each contender notes messages of 0.7 KB in "
        f"{section['documents']:,} stored\n"
        "documents and announces each of them, with `w: majority, j: true` and `acks=all`, as one process; "
        f"{section['repeats']} repeats, in turn.\n"
        "Then microseconds of processor time for each event; and what became of messages in "
        f"further runs with one SIGKILL each, of {section['speakers_at_death']}\n"
        "companies with many messages each, run by run.\n"
    )
    yield _table(("contender", "events/s", "least to most", *PROCESSES, *COUNTS.values()), map(_contender, contenders))
    yield (
        f"Repeat by repeat, the kernel takes **{floor['median']:.2f} x** the floor's time ({_spread(floor, 2)}; "
        f"{_target('at most 1.5', met=floor['median'] <= MOST_TIMES_OF_FLOOR)}),\n"
        f"**{listed['median']:.2f} x** that of the floor with an update by list ({_spread(listed, 2)}), "
        f"and is **{textbook['median']:.1f} x** as fast\n"
        f"as the textbook's outbox ({_spread(textbook, 1)}; "
        f"{_target('at least 20', met=textbook['median'] >= LEAST_TIMES_TEXTBOOK)}).\n"
    )
    yield "![events per second of each contender](hop.png)\n"
    yield (
        "A repeat has the id and the body of the first time; "
        "a reader that keeps a watermark, as ours do, passes over it.\n"
    )


def _contender(measured: Json) -> Sequence[str]:
    speed = measured["events_per_second"]
    cpu = (_rounded(measured["cpu_us"][process]["median"]) for process in PROCESSES)
    left = (", ".join(str(verdict[count]) for verdict in measured["after_sigkill"]) for count in COUNTS)
    return measured["label"], _rounded(speed["median"]), _spread(speed), *cpu, *left


def _growth(section: Json) -> Iterable[str]:
    yield "## Growth\n"
    yield (
        "The kernel's hop again, with more documents stored and with larger ones: "
        "bytes beside the 0.9 KB that the hop's have. Whom a\n"
        f"message is of is drawn from all of them. mongod keeps up to {CACHE_GB:.0f} GB in its cache.\n"
    )
    rows = [
        (
            f"{row['documents']:,}",
            f"{row['bytes'] / 1000:,.0f} KB",
            f"{row['messages']:,}",
            _rounded(speed["median"]),
            _spread(speed),
        )
        for row in section["rows"]
        for speed in (row["events_per_second"],)
    ]
    yield _table(("documents", "of", "messages", "events/s", "least to most"), rows)
    speeds = [
        row["events_per_second"]["median"] for row in section["rows"] if row["bytes"] == section["rows"][0]["bytes"]
    ]
    falls = 1 - min(speeds) / max(speeds)
    yield (
        f"From the fewest to the most documents the speed differs by {falls:.0%} "
        f"({_target('at most 20 %', met=falls <= MOST_FALL)}).\n"
    )
    yield "![events per second by number of documents](growth.png)\n"


def _fan_out(section: Json) -> Iterable[str]:
    yield "## Fan-out\n"
    yield (
        "One change of a membership, alone on its way, "
        "from the message that says so until the last administration has its record:\n"
        "one write, one fenced transaction. The last columns are milliseconds of processor time. "
        "The administrations are invented, and\n"
        "have no indexes to be read by.\n"
    )
    rows = [
        (
            f"{row['partners']}",
            f"{times['median']:.0f} ms",
            _spread(times),
            *(_rounded(row["cpu_ms"][process], 1) for process in PROCESSES),
        )
        for row in section["rows"]
        for times in (row["milliseconds"],)
    ]
    yield _table(("administrations notified", "notified after", "least to most", *PROCESSES), rows)


def _start(section: Json) -> Iterable[str]:
    yield "## Start and memory\n"
    yield (
        "Each service by itself, from the start of its process until it is ready (target 3 s), "
        "and then idle (target 120 MB).\n"
    )
    rows = [
        (
            name,
            f"{measured['seconds']['median']:.1f} s",
            _spread(measured["seconds"], 1),
            f"{measured['idle_mb']['median']:.0f} MB",
        )
        for name, measured in section["services"].items()
    ]
    yield _table(("service", "ready after", "least to most", "resident"), rows)


def _idle(section: Json) -> Iterable[str]:
    total = sum(section["shares"].values())
    yield "## Idle\n"
    yield (
        f"A whole deployment of which nobody asks anything takes **{total:.1%}** of one processor "
        f"({_target('at most 10 %', met=total <= MOST_IDLE)}), measured for {section['seconds']:.0f} s.\n"
    )
    yield _table(("server", "of one processor"), [(name, f"{share:.1%}") for name, share in section["shares"].items()])


def _flow(section: Json) -> Iterable[str]:
    lives, decisions, api, memory = (section[part] for part in ("lives", "decisions", "api", "memory_mb"))
    rate = lives["companies_per_second"]
    yield "## The whole programme\n"
    yield (
        "All five services, Kafka, MongoDB and the clients, on this machine: "
        f"**{rate['median']:.2f} companies per second** ({_spread(rate, 2)}) from\n"
        f"submission to the partner's record, {lives['at_once']} at once, "
        "every step of trader and officers over HTTP.\n"
    )
    highest, times = decisions["highest_per_second"], decisions["milliseconds_at"]
    p99 = times["50%"]["p99"]["median"]
    alone = decisions["alone_milliseconds"]
    yield (
        "From an officer's last decision, of cases that wait for nothing else, "
        "to the record on the partner's topic (three messages, the\n"
        f"last one fenced): alone on its way p50 {_times(alone)[0]} "
        f"({_target('of p50 at most 60 ms', met=alone['p50']['median'] <= MOST_MILLISECONDS_ALONE)}), "
        f"p99 {_times(alone)[2]};\n"
        f"with {decisions['at_once']} at once {highest['median']:.0f} decisions per second "
        f"({_spread(highest)}). Open load of {decisions['seconds']:.0f} s, timed from the\n"
        f"moment that was meant ({_target('of p99 at 50 % at most 250 ms', met=p99 <= MOST_MILLISECONDS)}).\n"
    )
    yield _table(("of this rate", *CUTS, "decisions"), [(part, *_times(measured)) for part, measured in times.items()])
    yield "![time from decision to record](flow.png)\n"
    yield f"Requests to intake, {api['at_once']} at once, {api['requests_per_second']['median']:.0f} per second:\n"
    yield _table(
        ("request", *CUTS, "requests"), [(name, *_times(measured)) for name, measured in api["milliseconds"].items()]
    )
    yield "Memory (targets 120 MB idle, 170 MB under load):\n"
    rows = [(name, f"{idle:.0f} MB", f"{memory['under_load'][name]:.0f} MB") for name, idle in memory["idle"].items()]
    yield _table(("service", "idle", "at most, in all of this"), rows)


def _pages(section: Json) -> Iterable[str]:
    yield "## Pages\n"
    yield (
        f"The whole deployment with {section['cases']:,} cases and as many companies stored. "
        "Companies' people and officers open 20 pages a second\n"
        f"for {section['seconds']:.0f} s and save 2 answers a second by their forms, "
        f"of companies with {section['divisions']} divisions, "
        "while 2 decisions a second go to a partner.\n"
        f"What a service takes for a page (target of p99 below {MOST_MILLISECONDS_OF_PAGE} ms):\n"
    )
    rows = [(PAGES[name], *_once(measured), _held(measured)) for name, measured in section["milliseconds"].items()]
    saved = ("an answer saved", *_once(section["saved_milliseconds"]), "")
    yield _table(("page", *CUTS, "requests", "target"), [*rows, saved])
    if section["refused"]:
        yield f"**{section['refused']:,} pages were refused**, as the service had too much to do.\n"
    yield "From a decision to the record on the partner's topic:\n"
    delays = section["decision_milliseconds"].items()
    yield _table(("this load", *CUTS, "decisions"), [(name, *_once(measured)) for name, measured in delays])
    yield "What a browser that keeps nothing yet gets for its first page, with style sheet, script and typefaces:\n"
    weights = section["first_view_bytes"].items()
    yield _table(
        ("first page", "on the wire", "target"),
        [
            (PAGES[name], f"{size / 1000:.0f} KB", _target("below 200 KB", met=size < MOST_BYTES_AT_FIRST))
            for name, size in weights
        ],
    )
    yield "Memory afterwards:\n"
    yield _table(
        ("service", "resident", "target"),
        [
            (name, f"{size:.0f} MB", _target("at most 125 MB", met=size <= MOST_MEGABYTES))
            for name, size in section["memory_mb"].items()
        ],
    )


def _once(measured: Json) -> Sequence[str]:
    return *(f"{measured[cut]['median']:,.0f} ms" for cut in CUTS), f"{measured['count']:,}"


def _held(measured: Json) -> str:
    return "met" if measured["p99"]["median"] < MOST_MILLISECONDS_OF_PAGE else "missed"


def _times(measured: Json) -> Sequence[str]:
    return *(f"{measured[cut]['median']:,.0f} ms ({_spread(measured[cut])})" for cut in CUTS), f"{measured['count']:,}"


SECTIONS: dict[str, Callable[[Json], Iterable[str]]] = {
    "hop": _hop,
    "growth": _growth,
    "start": _start,
    "idle": _idle,
    "flow": _flow,
    "pages": _pages,
    "fan_out": _fan_out,
}


def _conditions(conditions: Json) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in conditions["versions"].items())
    quick = " **A quick run, to try the harness: not to be quoted.**" if conditions["quick"] else ""
    return (
        f"<sub>Run of {conditions['run']}, commit {conditions['commit']}: "
        f"{conditions['seconds']} s, seed {conditions['seed']}; "
        f"{conditions['processors']} x {conditions['processor']}, {conditions['memory_gb']} GB, "
        f"{conditions['system']}, {conditions['filesystem']}; {versions}.\n"
        f"Load average when it began: {conditions['load_before']:.1f}.{quick}</sub>\n"
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _target(text: str, *, met: bool) -> str:
    return f"target {text}: {'met' if met else 'missed'}"


def _rounded(value: float, digits: int = 0) -> str:
    return f"{value:,.{digits}f}"


def _spread(measured: Json, digits: int = 0) -> str:
    return f"{_rounded(measured['least'], digits)} to {_rounded(measured['most'], digits)}"
