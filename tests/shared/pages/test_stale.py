"""What was typed and what stands now become one, field by field."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from shared.pages.fields import EMPTY, Given, filled_in
from shared.pages.stale import Merged, merged, seen_in

VALUES = st.sampled_from([EMPTY, (), ("a",), ("b",), ("a", "b"), ("é: 1 2",)])


@dataclass(frozen=True)
class Course:
    """What became of one field: as it was shown, typed, and as it stands now."""

    shown: tuple[str, ...]
    typed: tuple[str, ...]
    standing: tuple[str, ...]

    def is_same(self, one_value: tuple[str, ...], other: tuple[str, ...]) -> bool:
        return [text for text in one_value if text] == [text for text in other if text]


COURSES = st.dictionaries(st.sampled_from(["name", "address.city", "lines"]), st.builds(Course, VALUES, VALUES, VALUES))


def merge(courses: dict[str, Course]) -> Merged:
    def at(moment: str) -> Given:
        return {name: getattr(course, moment) for name, course in courses.items()}

    return merged(at("typed"), seen_in(at("shown")), at("standing"))


@given(COURSES)
def test_a_field_is_what_its_reader_or_somebody_else_has_made_of_it(courses: dict[str, Course]) -> None:
    made = merge(courses)
    for name, course in courses.items():
        left_alone = course.is_same(course.typed, course.shown)
        expected = course.standing if left_alone else course.typed
        assert course.is_same(made.given[name], expected)


@given(COURSES)
def test_what_both_have_changed_differently_is_shown_twice_and_nothing_else(courses: dict[str, Course]) -> None:
    contended = {
        name: course.standing
        for name, course in courses.items()
        if not course.is_same(course.typed, course.shown)
        and not course.is_same(course.standing, course.shown)
        and not course.is_same(course.typed, course.standing)
    }
    assert merge(courses).theirs == contended


@given(COURSES)
def test_who_has_seen_both_versions_decides(courses: dict[str, Course]) -> None:
    standing = {name: course.standing for name, course in courses.items()}
    again = merged(merge(courses).given, seen_in(standing), standing)
    assert again.theirs == {}
    assert {name: filled_in(again.given, name) for name in courses} == {
        name: filled_in(merge(courses).given, name) for name in courses
    }


def test_choices_that_come_in_another_order_are_left_alone_and_lines_are_not() -> None:
    stands = {"lines": ("b", "a")}
    assert merged({"lines": ("", "a", "b")}, seen_in(stands), stands).given == stands
    assert merged({"lines": ("a", "b")}, seen_in(stands), stands).given == {"lines": ("a", "b")}
    assert merged({"lines": ("", "a")}, seen_in(stands), stands).given == {"lines": ("", "a")}


def test_a_field_that_is_not_on_the_page_any_more_counts_as_emptied() -> None:
    assert merged({}, seen_in({"name": ("a",)}), {"name": ("a",)}).given == {"name": ()}


def test_what_somebody_made_up_as_seen_shows_both_versions() -> None:
    assert merged({"name": ("b",)}, "name name: :x", {"name": ("a",)}) == Merged({"name": ("b",)}, {"name": ("a",)})
