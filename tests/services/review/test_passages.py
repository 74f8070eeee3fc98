"""What became of a text: marked word by word, and nothing of either version is lost."""

from hypothesis import example, given
from hypothesis import strategies as st

from services.review.pages.passages import MOST_COMPARED, Passage, passages

WORDS = st.lists(st.sampled_from(["The", "gate", "is", "locked", "at", "night.", "\n", "  ", "never"]), max_size=30)
TEXTS = WORDS.map(" ".join) | st.text(max_size=60)


def version(marked: tuple[Passage, ...], without: str) -> str:
    return "".join(passage.text for passage in marked if passage.kind != without)


@given(TEXTS, TEXTS)
@example("", "")
@example("The gate", "The gate is locked")
def test_kept_and_out_make_the_earlier_text_kept_and_put_the_later(before: str, after: str) -> None:
    marked = passages(before, after)
    assert (version(marked, "put"), version(marked, "out")) == (before, after)


@given(TEXTS)
def test_what_has_not_changed_is_not_marked(text: str) -> None:
    assert {passage.kind for passage in passages(text, text)} <= {"kept"}


def test_only_the_words_that_changed_are_marked() -> None:
    assert passages("The gate is locked at night.", "The gate is guarded at night.") == (
        Passage("kept", "The gate is "),
        Passage("out", "locked "),
        Passage("put", "guarded "),
        Passage("kept", "at night."),
    )


def test_texts_too_long_to_compare_word_by_word_stand_one_after_the_other() -> None:
    long = int(MOST_COMPARED**0.5) + 1
    before, after = ("a b " * long).strip(), ("b a " * long).strip()
    assert [passage.kind for passage in passages(before, after)] == ["out", "put"]


def test_texts_with_little_in_common_stand_one_after_the_other() -> None:
    marked = passages("A guard walks the fence at night.", "No containers are loaded at this yard.")
    assert [passage.kind for passage in marked] == ["out", "put"]
