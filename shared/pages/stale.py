"""What became of a form's values while somebody typed: judged field by field, for the tag is that of the whole company.

A page carries a digest of each value as it was shown. A field that its reader left alone takes the value that stands
now; one that the reader alone changed takes what was typed; one that both changed differently is shown twice.
"""

from dataclasses import dataclass
from hashlib import sha256

from shared.pages.fields import EMPTY, Given, filled_in

CHANGED_MEANWHILE = "changed_meanwhile"
_DIGEST_CHARACTERS = 12


@dataclass(frozen=True)
class Standing:
    """What stands now, as the fields of a form, and the sequence of the aggregate in which it was read."""

    given: Given
    sequence: int


@dataclass(frozen=True)
class Merged:
    """The fields as they are to be written, and in `theirs` what stands in those that both have changed."""

    given: Given
    theirs: Given


def seen_in(given: Given) -> str:
    """The digests of what a page shows, as one hidden field carries them."""
    return " ".join(f"{name}:{_digest(given, name)}" for name in given if filled_in(given, name))


def merged(typed: Given, seen: str, standing: Given) -> Merged:
    """What was typed in a form that showed `seen`, over what stands now."""
    shown = dict(_named(entry) for entry in seen.split())
    names = list(dict.fromkeys((*typed, *standing)))
    untouched = {name for name in names if _is_same(typed, name, shown.get(name, _NOTHING))}
    changed = {name for name in names if _digest(standing, name) != shown.get(name, _NOTHING)}
    theirs = {
        name: standing.get(name, ())
        for name in names
        if name in changed - untouched and not _is_same(typed, name, _digest(standing, name))
    }
    return Merged({name: (standing if name in untouched else typed).get(name, ()) for name in names}, theirs)


def _named(entry: str) -> tuple[str, str]:
    name, _, digest = entry.rpartition(":")
    return name, digest


def _is_same(typed: Given, name: str, digest: str) -> bool:
    """Whether a field was sent as it was; choices from a list, beside which an empty value is sent, have no order."""
    of_typed = _digest(typed, name)
    has_order = typed.get(name, ())[:1] != EMPTY
    return of_typed == digest if has_order else of_typed[:_DIGEST_CHARACTERS] == digest[:_DIGEST_CHARACTERS]


def _digest(given: Given, name: str) -> str:
    """Of what stands in a field, first without its order; nothing is the same whether it is sent or left out."""
    values = filled_in(given, name)
    return "".join(sha256(repr(each).encode()).hexdigest()[:_DIGEST_CHARACTERS] for each in (sorted(values), values))


_NOTHING = _digest({}, "")
