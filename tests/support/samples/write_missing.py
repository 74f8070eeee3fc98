"""Writes the golden samples that are missing and keeps the manifest, and never touches what is there.

`python -m tests.support.samples.write_missing`
"""

from pathlib import Path

from tests.support.samples.golden import HOME, expected, write
from tests.support.samples.lives import made
from tests.support.samples.manifest import keep


def write_missing(home: Path) -> list[str]:
    """The samples that were written. Raises LookupError when no life in `lives` makes one that there must be."""
    samples = made()
    missing = sorted(name for name in expected() if not (home / name).exists())
    if unmade := [name for name in missing if name not in samples]:
        raise LookupError(f"tests/support/samples/lives.py leads to none of {', '.join(unmade)}")
    for name in missing:
        write(home, name, samples[name])
    keep(home)
    return missing


if __name__ == "__main__":
    print(*write_missing(HOME), sep="\n")  # noqa: T201 - a command
