"""A list as a file: every cell comes back as it was, and a spreadsheet reckons with none of them."""

import csv
from collections.abc import Iterable
from datetime import date
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.pages.csv import BEGINS_A_FORMULA, BYTE_ORDER_MARK, MOST_ROWS, Row, cell, csv_response, lines


def read(text: str) -> list[list[str]]:
    return [*csv.reader(StringIO(text, newline=""))]


async def streamed(*pages: Iterable[Row]) -> list[str]:
    """The chunks of a list with these pages; a cursor is the number of the next."""

    async def rows_after(cursor: str | None) -> tuple[Iterable[Row], str | None]:
        at = int(cursor or 0)
        return pages[at], str(at + 1) if at + 1 < len(pages) else None

    return [str(chunk) async for chunk in csv_response("cases", ("Company",), rows_after).body_iterator]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=4), max_size=5))
def test_every_cell_comes_back_and_none_begins_a_formula(rows: list[list[str]]) -> None:
    back = read(lines(rows))
    assert back == [[cell(text) for text in row] for row in rows]
    assert all(not text.startswith(BEGINS_A_FORMULA) for row in back for text in row)
    assert [[text.removeprefix("'") for text in row] for row in back] == [
        [text.removeprefix("'") for text in row] for row in rows
    ]


@pytest.mark.parametrize("begins", BEGINS_A_FORMULA)
def test_what_looks_like_a_formula_is_a_text(begins: str) -> None:
    assert cell(f"{begins}1+1") == f"'{begins}1+1"


def test_values_are_written_plainly() -> None:
    assert lines([(None, 12, date(2027, 3, 1), 'Quai "A", Québec')]) == ',12,2027-03-01,"Quai ""A"", Québec"\r\n'


async def test_the_heads_come_with_the_first_of_all_pages() -> None:
    assert await streamed([("A",)], [("B",), ("C",)]) == [f"{BYTE_ORDER_MARK}Company\r\nA\r\n", "B\r\nC\r\n"]
    assert await streamed([]) == [f"{BYTE_ORDER_MARK}Company\r\n"]


async def test_a_list_is_bounded() -> None:
    page = [("A",)] * (MOST_ROWS - 1)
    chunks = await streamed(page, page, page)
    assert len(chunks) == 2
    assert "".join(chunks).count("\r\n") == 1 + MOST_ROWS


def test_it_is_a_file_in_utf_8() -> None:
    async def rows_after(_: str | None) -> tuple[Iterable[Row], str | None]:
        return (), None

    headers = csv_response("cases", (), rows_after).headers
    assert headers["content-type"] == "text/csv; charset=utf-8"
    assert headers["content-disposition"] == 'attachment; filename="cases.csv"'
