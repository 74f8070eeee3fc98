"""The checker sees what it is there to see."""

import pytest

from tests.bench.check import Verdict, judged

DUE = {"a": 2, "b": 1}
WELL = (("a", 1, b"1"), ("b", 1, b"1"), ("a", 2, b"2"))


@pytest.mark.parametrize(
    ("effects", "published", "verdict"),
    [
        (DUE, WELL, Verdict()),
        ({"a": 1, "b": 1}, WELL, Verdict(lost=1)),
        ({"a": 2}, WELL, Verdict(lost=1)),
        ({"a": 3, "b": 1}, WELL, Verdict(doubled=1)),
        (DUE, WELL[:2], Verdict(unpublished=1)),
        (DUE, (*WELL, WELL[0]), Verdict(repeated=1)),
        (DUE, (*WELL, ("a", 1, b"other")), Verdict(repeated=1, altered=1)),
        (DUE, WELL[::-1], Verdict(inverted=1)),
    ],
)
def test_each_way_to_break_a_promise_is_counted(
    effects: dict[str, int], published: tuple[tuple[str, int, bytes], ...], verdict: Verdict
) -> None:
    assert judged(DUE, effects, published) == verdict


def test_only_a_repeat_keeps_the_promises() -> None:
    broken = [Verdict(**{field: 1}) for field in vars(Verdict()) if field != "repeated"]
    assert Verdict(repeated=1)
    assert not any(broken)
