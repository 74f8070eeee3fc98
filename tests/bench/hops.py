"""All contenders of the hop in turn, again and again, so that what else this machine does falls on all of them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from shared.model import Json
from tests.bench.check import Verdict
from tests.bench.ground import ground, load
from tests.bench.hop import Contender, Drained, Load, drained, killed
from tests.bench.scale import Scale, measured

CONTENDERS = {
    "kernel": "Trusted Trader's kernel",
    "floor": "floor: bulk of conditional updates",
    "listed": "floor with an update by list",
    "insert": "bulk insert, for context",
    "plain": "FastStream, one message at a time",
    "textbook": "transactional outbox, polled",
}
SLOW = {"plain", "textbook"}
DEATH = (0.2, 0.8)  # of the messages published


async def hops(home: Path, scale: Scale) -> Json:
    """Speed, cost and faithfulness of every contender. Raises Void when our own broke a promise."""
    work = Load(scale.documents, 0, scale.documents, scale.seed)
    few = replace(work, speakers=scale.speakers_at_death)
    dice = Random(scale.seed)  # noqa: S311 - not for secrets
    runs: dict[str, list[Drained]] = {name: [] for name in CONTENDERS}
    deaths: dict[str, list[Verdict]] = {name: [] for name in CONTENDERS}
    loads = []
    async with ground(home) as here:
        await drained(here, _contender("floor", scale), work)  # nobody's: servers that have just started are slow
        for repeat in range(scale.repeats):
            for name in _turned(list(CONTENDERS), repeat):
                loads.append(load())
                runs[name].append(await drained(here, _contender(name, scale), work))
        for part in [dice.uniform(*DEATH) for _ in range(scale.deaths)]:
            for name in CONTENDERS:
                deaths[name].append(await killed(here, _contender(name, scale), few, part))
    for verdict in (*(run.verdict for run in runs["kernel"]), *deaths["kernel"]):
        require(verdict)
    return {
        "documents": scale.documents,
        "repeats": scale.repeats,
        "speakers_at_death": scale.speakers_at_death,
        "load": measured(loads),
        "contenders": {name: _summary(_contender(name, scale), runs[name], deaths[name]) for name in CONTENDERS},
        "times_of_floor": measured(_ratios(runs["floor"], runs["kernel"])),
        "times_of_listed": measured(_ratios(runs["listed"], runs["kernel"])),
        "times_textbook": measured(_ratios(runs["kernel"], runs["textbook"])),
    }


class Void(Exception):  # noqa: N818 - of a run
    """Ours lost, doubled or turned something round: no number of this run counts."""


def require(verdict: Verdict) -> None:
    if not verdict:
        raise Void(verdict)


def _contender(name: str, scale: Scale) -> Contender:
    return Contender(name, f"tests.bench.contenders.{name}", scale.slow_messages if name in SLOW else scale.messages)


def _turned(names: list[str], by: int) -> list[str]:
    return names[by % len(names) :] + names[: by % len(names)]


def _ratios(over: Sequence[Drained], under: Sequence[Drained]) -> list[float]:
    """Repeat by repeat, for the two stood side by side."""
    return [contender.events_per_second / other.events_per_second for contender, other in zip(over, under, strict=True)]


def _summary(contender: Contender, runs: Sequence[Drained], deaths: Sequence[Verdict]) -> Json:
    return {
        "label": CONTENDERS[contender.name],
        "messages": contender.messages,
        "events_per_second": measured([run.events_per_second for run in runs]),
        "cpu_us": {process: measured([run.cpu_us[process] for run in runs]) for process in runs[0].cpu_us},
        "undisturbed": [vars(run.verdict) for run in runs],
        "after_sigkill": [vars(verdict) for verdict in deaths],
    }
