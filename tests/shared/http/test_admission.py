"""What the head of a request decides; of every route of every service: tests/services/test_admission.py."""

import asyncio
from uuid import uuid4

import pytest

from shared.errors import Unavailable
from shared.http.admission import Admission
from shared.http.hosts import Hosts
from shared.http.identity import Caller
from shared.http.routes import Bounds
from tests.shared.http.toy_service import ToyService, problem


async def sent(url: str, text: str) -> bytes:
    """All that a server answers to these bytes, until it closes."""
    reader, writer = await asyncio.open_connection(*url.removeprefix("http://").split(":"))
    writer.write(text.encode())
    try:
        async with asyncio.timeout(10):
            return await reader.read()
    finally:
        writer.transport.abort()


async def test_two_lengths_are_refused_and_nothing_behind_them_is_a_request(service: ToyService) -> None:
    smuggled = "0\r\n\r\nGET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = f"POST /tallies/{uuid4()} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked"
    answer = await sent(service.url, f"{head}\r\n\r\n{smuggled}")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"length_ambiguous"' in answer
    assert answer.count(b"HTTP/1.1") == 1


async def test_a_method_that_is_not_there_names_those_that_are(service: ToyService) -> None:
    async with service.trader() as ann:
        answer = await ann.delete(f"/tallies/{uuid4()}")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"


async def test_head_answers_as_get_without_a_body(service: ToyService) -> None:
    company = uuid4()
    async with service.trader() as ann, service.officer() as olga:
        await ann.post(f"/tallies/{company}", json={})
        for path in ("/livez", "/openapi.json", f"/tallies/{company}", f"/tallies/{uuid4()}"):
            read, head = await olga.get(path), await olga.head(path)
            assert (head.status_code, head.content) == (read.status_code, b"")
            assert head.headers.get("content-length") == read.headers["content-length"]
            assert head.headers.get("etag") == read.headers.get("etag")


async def test_an_address_with_a_slash_too_many_is_not_there(service: ToyService) -> None:
    """A redirect would repeat the Host that the caller names."""
    async with service.trader() as ann:
        problem(await ann.get("/livez/", headers={"X-Forwarded-Proto": "evil"}), 404, "not_found")


async def test_what_is_given_twice_is_refused(service: ToyService) -> None:
    async with service.operator() as otto:
        answer = await otto.get("/operations/audit?limit=2&limit=3")
        assert problem(answer, 422, "malformed")["errors"] == [{"where": "query.limit", "code": "repeated"}]
        keys = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
        answer = await otto.get("/operations/audit", headers=keys)
        assert problem(answer, 422, "malformed")["field"] == "header.Idempotency-Key"


def test_neither_all_nor_one_caller_work_at_more_than_the_bound() -> None:
    admission = Admission((), Bounds(1, 1), Hosts(), most_at_once=4)
    ann, ben, cy = (Caller(subject, frozenset()) for subject in ("ann", "ben", "cy"))
    with admission.at_work(ann), admission.at_work(ann):
        with pytest.raises(Unavailable), admission.at_work(ann):
            raise AssertionError
        with admission.at_work(ben), admission.at_work(ben), pytest.raises(Unavailable), admission.at_work(cy):
            raise AssertionError
    with admission.at_work(ann), admission.at_work(None):
        pass
