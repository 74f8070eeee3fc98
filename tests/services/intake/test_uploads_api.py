"""Uploads that are slow, many, large or given up: refused early, bounded in memory, and nothing is left of them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from unittest.mock import Mock

import pytest
from structlog.testing import capture_logs

from services.intake.api import uploads
from services.intake.api.uploads import Uploads
from services.intake.domain.company import Company
from shared.clock import now
from shared.errors import Refused
from shared.handling import Aggregate
from shared.http import middleware
from shared.relays import Relays
from shared.store.documents import Documents
from shared.store.files import Files
from tests.support.builders.applicant import CATALOGUE, Applicant, registered, upload
from tests.support.builders.intake import COMPANIES
from tests.support.builders.uploads import PDF, TYPES, pdf
from tests.support.servers.bus import until
from tests.support.servers.filing import database_of, kept
from tests.support.servers.served import Served

LIMIT = CATALOGUE.documents.max_file_bytes


@pytest.fixture
async def company(intake: Served) -> Applicant:
    return await registered(intake)


async def connected(
    company: Applicant, content_type: str, length: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection over which the headers of an upload have been sent, and no byte of its body."""
    url = company.owner.client.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = (
        f"POST {company.path}/documents?kind=evidence&name=a.pdf HTTP/1.1",
        f"Host: {url.host}",
        f"Authorization: {company.owner.headers['Authorization']}",
        f"Content-Type: {content_type}",
        f"Content-Length: {length}",
    )
    writer.write("\r\n".join((*head, "", "")).encode())
    await writer.drain()
    return reader, writer


def turns_of(at_once: int) -> Uploads:
    """Nothing is stored in these tests."""
    return Uploads(Mock(), Mock(), at_once)


@pytest.mark.parametrize(
    ("content_type", "length", "status"),
    [("text/html", 24_000_000, b"415"), ("image/png", 24_000_000, b"422"), (PDF, LIMIT + 1, b"413")],
)
async def test_what_is_declared_wrongly_is_refused_before_the_bytes_come(
    company: Applicant, content_type: str, length: int, status: bytes
) -> None:
    reader, writer = await connected(company, content_type, length)
    answer = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    assert answer.split()[1] == status


async def test_an_upload_that_comes_too_slowly_is_ended(
    company: Applicant, mongo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "LONGEST_PAUSE_SECONDS", 0.5)
    before = await kept(mongo_url, company.id)
    reader, writer = await connected(company, PDF, 24_000_000)
    writer.write(b"%PDF-1.7")
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408")
    assert b'"too_slow"' in answer
    assert await kept(mongo_url, company.id) == before


async def test_an_upload_that_its_sender_gives_up_is_no_error_and_leaves_nothing(
    intake: Served, company: Applicant, mongo_url: str
) -> None:
    before = await kept(mongo_url, company.id)
    with capture_logs() as logs:
        _, writer = await connected(company, PDF, 24_000_000)
        writer.write(pdf(padding=600_000))
        await writer.drain()
        writer.close()
        await until(lambda: any(entry["event"] == "request_given_up" for entry in logs))
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
    assert await kept(mongo_url, company.id) == before
    counted = (await intake.person("olga", "operator").asks("GET /operations/metrics")).text
    assert 'route="/companies/{company_id}/documents",status="0"} 1.0' in counted


async def test_no_more_uploads_at_once_than_allowed_and_one_person_has_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "WAIT_SECONDS", 0.2)
    turns, release = turns_of(4), asyncio.Event()
    served = []

    async def uploading(subject: str) -> None:
        async with turns.turn(subject):
            served.append(subject)
            await release.wait()

    started = [asyncio.create_task(uploading(subject)) for subject in ("ann", "ann", "ann", "ben", "cam", "dan")]
    ended = await asyncio.wait(started, timeout=1)
    release.set()
    refusals = await asyncio.gather(*started, return_exceptions=True)
    assert served == ["ann", "ann", "ben", "cam"]
    assert len(ended[0]) == 2
    assert [refusal.code for refusal in refusals if isinstance(refusal, Refused)] == ["too_many_uploads"] * 2
    async with turns.turn("ann"):
        pass


async def test_one_that_waits_for_its_turn_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "WAIT_SECONDS", 5)
    turns = turns_of(1)
    async with turns.turn("ann"):
        waits = asyncio.create_task(turns.turn("ben").__aenter__())
        await asyncio.sleep(0.05)
        assert not waits.done()
    await waits


async def test_what_a_process_has_left_is_deleted_and_what_it_has_filed_is_kept(
    company: Applicant, mongo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ended after the bytes were stored: once before the document was on file, once after."""
    monkeypatch.setattr(uploads, "UNFILED_FOR", timedelta(seconds=-60))
    await upload(company.owner, company.path)
    async with database_of(mongo_url, company.id) as database:
        files, companies = Files(database), Aggregate(COMPANIES, Documents(database, "companies"), Relays())
        state = (await companies.read(str(company.id))).state
        assert isinstance(state, Company)
        [filing] = state.documents
        await database["files.files"].update_one(
            {"_id": str(filing.file_id)}, {"$set": {"metadata": {"unfiled": str(company.id)}}}
        )
        left = await files.save(once(TYPES[PDF]), 1_000, str(company.id))
        await Uploads(companies, files, 1).tidy()
        assert [chunk async for chunk in files.read(filing.file_id)] == [TYPES[PDF]]
        with pytest.raises(Refused, match="not_found"):
            await anext(files.read(left.file_id))
        assert await files.unfiled(now() + timedelta(minutes=1)) == ()


async def once(content: bytes) -> AsyncIterator[bytes]:
    yield content
