"""A list as a file for spreadsheets: UTF-8 with its mark, lines that end in CR LF, and no cell that is a formula."""

import csv
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from io import StringIO
from itertools import islice

from fastapi.responses import StreamingResponse

MOST_ROWS = 10_000
BYTE_ORDER_MARK = "\ufeff"
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = Sequence[object]
RowsAfter = Callable[[str | None], Awaitable[tuple[Iterable[Row], str | None]]]


def csv_response(name: str, heads: Sequence[str], rows_after: RowsAfter) -> StreamingResponse:
    """The first rows of a list, page by page. `rows_after`: the rows after a cursor, and the next cursor."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(_chunks(heads, rows_after), headers=headers, media_type="text/csv")


async def _chunks(heads: Sequence[str], rows_after: RowsAfter) -> AsyncIterator[str]:
    """The heads come with the first page, so that a list that cannot be read is refused as a page is."""
    rows, cursor = await rows_after(None)
    left, ahead = MOST_ROWS, BYTE_ORDER_MARK + lines((heads,))
    while True:
        page = tuple(islice(rows, left))
        left -= len(page)
        yield ahead + lines(page)
        if cursor is None or not left:
            return
        rows, cursor = await rows_after(cursor)
        ahead = ""


def lines(rows: Iterable[Row]) -> str:
    """The rows as lines; nothing stands where a cell is None."""
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([cell(value) for value in row] for row in rows)
    return written.getvalue()


def cell(value: object) -> str:
    """A value as text; an apostrophe keeps a spreadsheet from reckoning with what looks like a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text
