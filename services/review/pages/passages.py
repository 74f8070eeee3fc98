"""What became of a text from one submission to the next: what stands in both, what was taken out, what was put in."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

MOST_COMPARED = 250_000  # words of one text times words of the other: some milliseconds
_WORDS = re.compile(r"\S+\s*|\s+")


class Passage(NamedTuple):
    """A part of a text: in both versions, only in the earlier, or only in the later."""

    kind: Literal["kept", "out", "put"]
    text: str


def passages(before: str, after: str) -> tuple[Passage, ...]:
    """Both texts as one, word by word. Kept and out make the earlier text, kept and put the later."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    middle = _compared(old[head : len(old) - tail], new[head : len(new) - tail])
    whole = (("kept", new[:head]), *middle, ("kept", new[len(new) - tail :]))
    return tuple(Passage(kind, "".join(words)) for kind, words in whole if words)


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """With how many of the same words both begin."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((number for number, (one, other) in pairs if one != other), min(len(old), len(new)))


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Literal["kept", "out", "put"], Sequence[str]]]:
    """One after the other where they have little in common, or are too long to be compared word by word."""
    blocks = (
        [] if len(old) * len(new) > MOST_COMPARED else SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    )
    kept = sum(end - start for kind, start, end, *_ in blocks if kind == "equal")
    if 2 * kept < min(len(old), len(new)):
        yield from (("out", old), ("put", new))
        return
    for kind, start, end, begins, ends in blocks:
        if kind == "equal":
            yield "kept", new[begins:ends]
        else:
            yield from (("out", old[start:end]), ("put", new[begins:ends]))
