"""A document is given whole, in ranges, or not at all where the caller has it; HEAD gives its headers alone."""

import asyncio
import shutil
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from tests.support.builders.applicant import Applicant, registered, upload
from tests.support.builders.uploads import pdf
from tests.support.servers.served import Served

CONTENT = pdf(padding=600_000)
SIZE = len(CONTENT)
ETAG = f'"{sha256(CONTENT).hexdigest()}"'


@pytest.fixture
async def document(intake: Served) -> tuple[Applicant, str]:
    company = await registered(intake)
    answer = await upload(company.owner, company.path, CONTENT, name="Énoncé.pdf")
    return company, f"/documents/{answer.json()['id']}"


@pytest.mark.parametrize(
    ("headers", "start", "end"),
    [
        ({"Range": "bytes=0-99"}, 0, 100),
        ({"Range": "bytes=0-0"}, 0, 1),
        ({"Range": "bytes=261119-261121"}, 261_119, 261_122),
        ({"Range": "bytes=500-"}, 500, SIZE),
        ({"Range": f"bytes=500-{10 * SIZE}"}, 500, SIZE),
        ({"Range": "bytes=-7"}, SIZE - 7, SIZE),
        ({"Range": f"BYTES=-{10 * SIZE}"}, 0, SIZE),
        ({"Range": "bytes=5-9", "If-Range": ETAG}, 5, 10),
    ],
)
async def test_a_range(document: tuple[Applicant, str], headers: dict[str, str], start: int, end: int) -> None:
    company, path = document
    answer = await company.owner.asks(f"GET {path}", headers=headers)
    assert (answer.status_code, answer.content) == (206, CONTENT[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert (answer.headers["content-length"], answer.headers["etag"]) == (str(end - start), ETAG)


@pytest.mark.parametrize(
    "headers",
    [
        {"Range": "bytes=0-9,20-29"},
        {"Range": "bytes=9-0"},
        {"Range": "bytes=-"},
        {"Range": "lines=0-9"},
        {"Range": "bytes=\u0660-\u0669"},
        {"Range": "bytes=0-9", "If-Range": '"another"'},
        {"Range": "bytes=0-9", "If-Range": f"W/{ETAG}"},
        {"Range": "bytes=0-9", "If-Range": "Sun, 29 Nov 2026 00:00:00 GMT"},
        {"If-None-Match": '"another"'},
    ],
)
async def test_what_is_no_range_of_it_is_answered_with_the_whole(
    document: tuple[Applicant, str], headers: dict[str, str]
) -> None:
    company, path = document
    answer = await company.owner.client.get(path, headers=httpx.Headers({**company.owner.headers, **headers}, "utf-8"))
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert (answer.headers["accept-ranges"], answer.headers["content-length"]) == ("bytes", str(SIZE))


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0"])
async def test_a_range_of_nothing(document: tuple[Applicant, str], asked: str) -> None:
    company, path = document
    assert await company.owner.refused(f"GET {path}", headers={"Range": asked}) == "416 range_not_satisfiable"
    answer = await company.owner.asks(f"GET {path}", headers={"Range": asked})
    assert (answer.json()["field"], answer.headers["content-range"]) == ("header.Range", f"bytes */{SIZE}")


@pytest.mark.parametrize("known", [ETAG, f'"another", {ETAG}', f"W/{ETAG}", "*"])
async def test_what_the_caller_has_is_not_sent_again(document: tuple[Applicant, str], known: str) -> None:
    company, path = document
    answer = await company.owner.asks(f"GET {path}", headers={"If-None-Match": known, "Range": "bytes=0-9"})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", ETAG)


async def test_head_answers_as_get_without_the_bytes(intake: Served, document: tuple[Applicant, str]) -> None:
    company, path = document
    whole, alone = await company.owner.asks(f"GET {path}"), await company.owner.asks(f"HEAD {path}")
    ours = {"x-correlation-id", "date"}
    assert (alone.status_code, alone.content) == (200, b"")
    assert alone.headers.items() - {(name, alone.headers[name]) for name in ours} == whole.headers.items() - {
        (name, whole.headers[name]) for name in ours
    }
    assert (await intake.person("mo", "review_officer").asks(f"HEAD {path}")).status_code == 404
    assert (await intake.nobody.asks(f"HEAD {path}")).status_code == 401


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
async def test_curl_saves_it_under_its_name(document: tuple[Applicant, str], tmp_path: Path) -> None:
    company, path = document
    url = str(company.owner.client.base_url.join(path))
    bearer = f"Authorization: {company.owner.headers['Authorization']}"
    curl = await asyncio.create_subprocess_exec(
        *("curl", "--silent", "--show-error", "--fail", "--noproxy", "*", "-OJ", "-H", bearer, url), cwd=tmp_path
    )
    assert await curl.wait() == 0
    assert {saved.name: saved.read_bytes() for saved in tmp_path.iterdir()} == {"Enonce.pdf": CONTENT}  # noqa: ASYNC240
