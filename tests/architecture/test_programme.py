"""Every number by which the programme is cited is there; every chapter is numbered, short and reached."""

import re
from pathlib import Path

import pytest

from tests.architecture.programme import (
    FOLDER,
    chapters,
    citations,
    cited,
    defined,
    reached,
    rows,
    searched,
    unresolved,
)
from tests.support.source import ROOT

PAGE_LINES = 235
WORD = "programme"  # what a citation begins with; written apart, so that these tests cite nothing
PAGES = [pytest.param(page, id=page.stem) for page in chapters(ROOT)]
EVERYTHING = [number for page in chapters(ROOT) for number in defined(page.read_text("utf-8"))]


def numbers_in_order(chapter: str, found: list[str]) -> bool:
    """Whether a page defines its chapter, then 1, 2, 3 and so on of it, each once."""
    return found == [chapter, *(f"{chapter}.{number}" for number in range(1, len(found)))]


def numbered(page: str) -> list[str]:
    """The numbers of a page outside the programme: the first cells of its rows."""
    found = [row[0] for row in rows((ROOT / "docs" / page).read_text("utf-8"))]
    return [number for number in found if re.fullmatch(r"\d+\.\d+", number)]


def test_every_citation_resolves_to_a_heading_or_a_numbered_row() -> None:
    found = unresolved(ROOT)
    assert not found, "\n".join(found)


def test_a_citation_has_one_spelling() -> None:
    assert [path for path in searched(ROOT) if f"{WORD}.md " in path.read_text("utf-8")] == []


def test_citations_are_searched_in_code_tests_catalogues_and_documents() -> None:
    found = {(citation.path.parts[0], citation.path.suffix) for citation in citations(ROOT)}
    assert {(folder, ".py") for folder in ("services", "shared", "tests")} <= found
    assert {("services", ".yaml"), ("shared", ".yaml"), ("docs", ".md"), ("docs", ".json")} <= found


@pytest.mark.parametrize("page", PAGES)
def test_a_chapter_is_numbered_without_a_gap_and_short(page: Path) -> None:
    text = page.read_text("utf-8")
    chapter, *others = defined(text)
    assert text.startswith(f"# {chapter} ")
    assert numbers_in_order(chapter, [chapter, *others])
    assert len(text.splitlines()) <= PAGE_LINES


def test_no_number_is_defined_twice() -> None:
    assert len(EVERYTHING) == len(set(EVERYTHING))


def test_every_chapter_is_reached_from_the_list_of_chapters() -> None:
    assert set(chapters(ROOT)) - reached(ROOT) == set()


def test_the_list_of_chapters_names_them_in_their_order() -> None:
    listed = rows((ROOT / FOLDER / "README.md").read_text("utf-8"))
    titles = [page.read_text("utf-8").partition("\n")[0].removeprefix("# ") for page in chapters(ROOT)]
    titles.sort(key=lambda title: int(title.partition(" ")[0]))
    assert [row[0].partition("]")[0].removeprefix("[") for row in listed] == titles


@pytest.mark.parametrize(("chapter", "page"), [("5", "privacy.md"), ("6", "sources.md")])
def test_the_page_that_names_the_tests_of_a_chapter_has_its_rows(chapter: str, page: str) -> None:
    assert numbered(page) == [number for number in EVERYTHING if number.startswith(f"{chapter}.")]


def test_every_history_of_what_a_partner_sees_has_its_test_and_every_test_its_history() -> None:
    tests = (ROOT / "tests" / "services" / "mra_exchange" / "test_partners_view.py").read_text("utf-8")
    names = re.findall(r"def test_(\d\d)_", tests)
    assert {f"4.{int(name)}" for name in names} == {number for number in EVERYTHING if number.startswith("4.")}


def test_every_table_that_a_decision_corrects_is_there() -> None:
    corrected = rows((ROOT / "docs" / "decisions" / "0016-more-than-the-tables.md").read_text("utf-8"))
    numbers = {number for row in corrected for number in re.findall(r"^\d(?:\.\d)?|(?<=and )\d\.\d", row[0])}
    assert numbers
    assert numbers - set(EVERYTHING) == set()


# --- the tests of the tests -----------------------------------------------------------------------

CHAPTER = "# 3 Aggregates\n\n## 3.1 Company\n\n## 3.2 Case\n\n| # | rule |\n|---|---|\n| 3.3 | a row |\n"


@pytest.fixture
def seeded(tmp_path: Path) -> Path:
    """A project with one chapter, which its list of chapters leads to."""
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "README.md").write_text("[3 Aggregates](aggregates.md#31-company)")
    (tmp_path / FOLDER / "aggregates.md").write_text(CHAPTER)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "text", "number"),
    [
        ("services/review/api/cases.py", f'"""The case ({WORD} 3.4)."""\n', "3.4"),
        ("shared/model.py", f"# a case is closed once ({WORD} 3.1, 3.9)\n", "3.9"),
        ("tests/test_case.py", f'"""Every command ({WORD} 3.1 and 4)."""\n', "4"),
        ("deploy/demo/story.py", f'"""As in {WORD} 3.1 to 3.7."""\n', "3.7"),
        ("shared/contracts/topics.yaml", f"# who may read it ({WORD}\n# 3.8)\n", "3.8"),
        ("docs/upgrading.md", f"See [{WORD}\n3.10](programme/aggregates.md).\n", "3.10"),
        ("docs/contracts/x.schema.json", f'{{"description": "A case ({WORD} 3.1.1)."}}\n', "3.1.1"),
        ("README.md", f"{WORD.capitalize()} 9 says so.\n", "9"),
    ],
)
def test_a_wrong_citation_is_found_wherever_it_stands(seeded: Path, path: str, text: str, number: str) -> None:
    (seeded / path).parent.mkdir(parents=True, exist_ok=True)
    (seeded / path).write_text(text)
    assert unresolved(seeded) == [f"{path}: {WORD} {number}"]


@pytest.mark.parametrize(
    "text",
    [
        f"({WORD} 3.1, 3.2; {WORD} 3) and the row ({WORD} 3.3).",
        f"({WORD} 3.1, how to apply, step 5)",
        f"The {WORD} of 2026 has 10 lines; the {WORD} 2026 too.",
        f"the {WORD}\n\n7 more",
    ],
)
def test_what_is_defined_or_no_citation_passes(seeded: Path, text: str) -> None:
    (seeded / "docs" / "page.md").write_text(text)
    assert unresolved(seeded) == []


def test_a_citation_is_read_number_by_number() -> None:
    text = f"({WORD} 1.4, 1.5, 3.1), ({WORD} 2.4, 5), {WORD} 3."
    assert list(cited(text)) == ["1.4", "1.5", "3.1", "2.4", "5", "3"]


def test_a_chapter_that_nothing_links_to_is_found(seeded: Path) -> None:
    (seeded / FOLDER / "alone.md").write_text("# 4 Alone\n\n[3](aggregates.md)\n")
    assert {page.name for page in set(chapters(seeded)) - reached(seeded)} == {"alone.md"}


def test_a_chapter_that_another_leads_to_is_reached(seeded: Path) -> None:
    (seeded / FOLDER / "further.md").write_text("# 4 Further\n")
    (seeded / FOLDER / "aggregates.md").write_text(f"{CHAPTER}\n[4](further.md)\n")
    assert set(chapters(seeded)) == reached(seeded)


@pytest.mark.parametrize("found", [["3", "3.1", "3.3"], ["3", "3.1", "3.1"], ["3", "3.2", "3.1"], ["3", "4.1"]])
def test_a_gap_a_repetition_and_a_foreign_number_are_found(found: list[str]) -> None:
    assert not numbers_in_order("3", found)


def test_sections_and_rows_are_numbered_together() -> None:
    assert numbers_in_order("3", defined(CHAPTER))
