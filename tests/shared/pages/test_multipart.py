"""A form with a file, as browsers send it (RFC 7578), and as nobody should."""

from collections.abc import Iterable, Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from shared.errors import Refused
from shared.pages.multipart import MOST_FIELD_BYTES, MOST_FIELDS, SentWithFile, read_sent_with_file

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
CONTENT = b"%PDF-1.7\r\n--" + BOUNDARY.encode()[:20] + b"\r\n\x00\xff" * 50


def field(name: str, value: str) -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()


def file(filename: str = "site-plan.pdf", content: bytes = CONTENT, name: str = "file") -> bytes:
    head = (
        f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: application/pdf\r\n\r\n'
    )
    return head.encode() + content


def written(*parts: bytes) -> bytes:
    return b"".join(f"--{BOUNDARY}\r\n".encode() + part + b"\r\n" for part in parts) + f"--{BOUNDARY}--\r\n".encode()


WHOLE = written(field("form-key", "k1"), field("kind", "site_plan"), field("note", "two\r\nlines"), file())


def cut(body: bytes, size: int) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))


def request(chunks: Iterable[bytes], content_type: str = f"multipart/form-data; boundary={BOUNDARY}") -> Request:
    waiting = iter(chunks)

    async def receive() -> Message:
        chunk = next(waiting, None)
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/en/upload",
        "headers": [(b"content-type", content_type.encode("latin-1"))],
        "path_params": {"company_id": "c1"},
        "route": SimpleNamespace(name="upload"),
    }
    return Request(scope, receive)


async def read(body: bytes, size: int = 1_000) -> tuple[SentWithFile, bytes]:
    sent = await read_sent_with_file(request(cut(body, size)))
    return sent, b"".join([chunk async for chunk in sent.chunks])


@given(st.integers(1, len(WHOLE)))
async def test_however_it_is_cut_the_fields_and_the_file_are_the_same(size: int) -> None:
    sent, content = await read(WHOLE, size)
    assert sent.given == {
        "kind": ("site_plan",),
        "note": ("two\nlines",),
        "file": ("site-plan.pdf",),
        "name": ("site-plan.pdf",),
    }
    assert (sent.key, sent.page, sent.ids) == ("k1", "upload", {"company_id": "c1"})
    assert content == CONTENT


async def test_the_page_has_the_fields_before_the_first_byte_of_the_file_is_read() -> None:
    asked: list[int] = []

    def chunks() -> Iterator[bytes]:
        for chunk in cut(written(field("kind", "evidence"), file(content=b"x" * 10_000)), 100):
            asked.append(len(chunk))
            yield chunk

    sent = await read_sent_with_file(request(chunks()))
    assert sent.given["kind"] == ("evidence",)
    assert sum(asked) < 500


async def test_a_name_that_is_typed_is_kept_and_one_of_quotes_and_accents_is_read() -> None:
    sent, _ = await read(written(field("name", "Plan du site.pdf"), file("étage %22A%22.pdf")))
    assert (sent.given["name"], sent.given["file"]) == (("Plan du site.pdf",), ("étage %22A%22.pdf",))


@pytest.mark.parametrize("parts", [(field("kind", "x"), file("", b"")), (field("kind", "x"),)])
async def test_without_a_file_there_is_no_name(parts: tuple[bytes, ...]) -> None:
    sent, content = await read(written(*parts))
    assert (content, "".join(sent.given["name"])) == (b"", "")


@pytest.mark.parametrize(
    "body",
    [
        written(file(), field("kind", "site_plan")),
        written(field("kind", "x"), file(), field("late", "x")),
        written(field("kind", "x"), file(), file()),
        written(field("kind", "x"), file(name="other")),
        written(b"Content-Disposition: form-data\r\n\r\nx"),
        written(*(field("kind", "x") for _ in range(MOST_FIELDS + 1)), file()),
        written(field("kind", "x" * (MOST_FIELD_BYTES + 1)), file()),
        written(b'Content-Disposition: form-data; name="kind"\r\n\r\n\xff', file()),
        written(field("kind", "x"), b"X: " + b"y" * 100_000 + b"\r\n\r\n"),
        WHOLE[:-40],
        WHOLE[:90],
        b"no parts at all",
        b"",
    ],
    ids=range(13),
)
async def test_what_no_browser_sends_is_malformed(body: bytes) -> None:
    with pytest.raises(Refused, match="malformed"):
        await read(body)


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=", "text/plain"])
async def test_without_a_boundary_nothing_is_read(content_type: str) -> None:
    with pytest.raises(Refused, match="malformed"):
        await read_sent_with_file(request([WHOLE], content_type))


async def test_what_is_wrong_with_a_file_is_so_where_it_was_chosen() -> None:
    sent, _ = await read(WHOLE)
    assert sent.placed({"name": "name_not_allowed", "kind": "kind_unknown"}) == {
        "file": "name_not_allowed",
        "kind": "kind_unknown",
    }
