"""What became of every message, found in the documents and the topic at the end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """Counts of effects lost or doubled, and of messages never published, repeated, too late or in two ways.

    A repeat under the same id and with the same body costs a reader with a watermark nothing.
    """

    lost: int = 0
    doubled: int = 0
    unpublished: int = 0
    repeated: int = 0
    inverted: int = 0
    altered: int = 0

    def __bool__(self) -> bool:
        """Whether a promise of ours was kept."""
        return not (self.lost or self.doubled or self.unpublished or self.inverted or self.altered)


def judged(due: Mapping[str, int], effects: Mapping[str, int], published: Iterable[tuple[str, int, bytes]]) -> Verdict:
    """Of each company: messages due (numbered from 1), effects in its document, ids and bodies published, in order."""
    bodies: dict[tuple[str, int], bytes] = {}
    highest: dict[str, int] = defaultdict(int)
    repeated = inverted = altered = 0
    for company, number, body in published:
        if first := bodies.get((company, number)):
            repeated += 1
            altered += body != first
            continue
        bodies[company, number] = body
        inverted += number < highest[company]
        highest[company] = max(highest[company], number)
    missing = {company: count - effects.get(company, 0) for company, count in due.items()}
    return Verdict(
        lost=sum(max(0, count) for count in missing.values()),
        doubled=sum(max(0, -count) for count in missing.values()),
        unpublished=sum(due.values()) - len(bodies),
        repeated=repeated,
        inverted=inverted,
        altered=altered,
    )
