"""Documents over HTTP: filed, read back byte for byte, refused without a trace, removed; officers' reads are noted."""

import asyncio
from base64 import b64encode
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import httpx
import pytest

from shared.store.client import connect
from tests.support.builders.applicant import CATALOGUE, Applicant, Json, joined, registered, site, upload
from tests.support.builders.uploads import DOCX, PDF, PNG, TYPES, XLSX, office
from tests.support.servers.served import Headers, Served

LIMIT = CATALOGUE.documents.max_file_bytes
LARGE = TYPES[PDF] + bytes(range(256)) * 3_000


@pytest.fixture
async def company(intake: Served) -> Applicant:
    return await registered(intake)


async def filed(company: Applicant, content: bytes = TYPES[PDF], **given: Any) -> str:
    """The id of a document that the owner uploads."""
    answer = await upload(company.owner, company.path, content, **given)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def on_file(company: Applicant) -> list[Json]:
    return list((await company.owner.does(f"GET {company.path}"))["documents"])


async def kept(mongo_url: str, company: Applicant) -> int:
    """How many files lie in the database of the service that knows this company."""
    server = connect(mongo_url, "admin").client
    try:
        for name in await server.list_database_names():
            if await server[name]["companies"].count_documents({"_id": str(company.id)}):
                return await server[name]["files.files"].count_documents({})
    finally:
        server.close()
    raise AssertionError(company.id)


def bomb() -> bytes:
    """A workbook of 200 kB whose one part of 10 MB is listed 3,000 times."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", bytes(10_000_000))
        archive.filelist += archive.filelist[-1:] * 2_999
    return packed.getvalue()


async def declined(company: Applicant, content: bytes, kind: str = "evidence", headers: Headers | None = None) -> str:
    """Status and code with which an upload is refused, in both languages."""
    refusals = set()
    for language in ("en", "fr"):
        answer = await upload(
            company.owner, company.path, content, kind, {"Accept-Language": language, **(headers or {})}
        )
        problem = answer.json()
        assert problem["title"] == getattr(company.owner.problems[problem["code"]], language)
        refusals.add(f"{answer.status_code} {problem['code']}")
    [refusal] = refusals
    return refusal


# --- filing and opening ---------------------------------------------------------------------------


async def test_a_document_is_read_back_as_it_was_filed(company: Applicant) -> None:
    document = await filed(company, LARGE, kind="signing_authority")
    assert await on_file(company) == [
        {
            "document_id": document,
            "kind": "signing_authority",
            "name": "signing_authority.pdf",
            "media_type": PDF,
            "size": len(LARGE),
            "sha256": sha256(LARGE).hexdigest(),
            "released": False,
            "same_as": None,
        }
    ]
    opened = await company.owner.asks(f"GET /documents/{document}")
    assert (opened.status_code, opened.content, opened.headers["content-type"]) == (200, LARGE, PDF)
    assert opened.headers["content-length"] == str(len(LARGE))
    assert (opened.headers["x-content-type-options"], opened.headers["cache-control"]) == ("nosniff", "no-store")


@pytest.mark.parametrize("media_type", TYPES)
async def test_every_accepted_type(company: Applicant, media_type: str) -> None:
    await filed(company, TYPES[media_type], headers={"Content-Type": f"{media_type}; charset=binary"})
    assert [document["media_type"] for document in await on_file(company)] == [media_type]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (bomb(), XLSX),
        (TYPES[XLSX].replace(b"<w/>", b"<x/>"), XLSX),
        (TYPES[PDF] + b"1 0 obj <</Type /Catalog /OpenAction <</S /JavaScript /JS (app.alert())>>>> endobj", PDF),
    ],
    ids=["unpacks to 30 GB", "checksums that are wrong", "script"],
)
async def test_what_is_in_a_file_is_neither_unpacked_nor_run(
    company: Applicant, content: bytes, media_type: str
) -> None:
    """It is kept as bytes, and given back as these, to be saved by its reader and not shown."""
    document = await filed(company, content, headers={"Content-Type": media_type})
    opened = await company.owner.asks(f"GET /documents/{document}")
    assert opened.content == content
    assert opened.headers["content-disposition"].startswith("attachment;")
    assert (opened.headers["content-type"], opened.headers["x-content-type-options"]) == (media_type, "nosniff")


async def test_a_name_is_given_back_safely_whatever_it_is(company: Applicant) -> None:
    name = 'Énoncé "signé"\r\n; filename=virus.exe'
    given = {"Content-Type": PDF, **company.owner.headers}
    params = {"kind": "site_plan", "name": name}
    document = await company.owner.client.post(
        f"{company.path}/documents", params=params, content=TYPES[PDF], headers=given
    )
    opened = await company.owner.asks(f"GET /documents/{document.json()['id']}")
    disposition = "attachment; filename*=UTF-8''%C3%89nonc%C3%A9%20%22sign%C3%A9%22%0D%0A%3B%20filename%3Dvirus.exe"
    assert opened.headers["content-disposition"] == disposition


async def test_a_reader_opens_documents_and_files_none(intake: Served, company: Applicant, mongo_url: str) -> None:
    document, reader = await filed(company), await joined(intake, company, "read_only_user")
    before = await kept(mongo_url, company)
    answer = await upload(reader, company.path)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
    assert await kept(mongo_url, company) == before
    assert (await reader.asks(f"GET /documents/{document}")).content == TYPES[PDF]


# --- what is refused leaves nothing ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "changes", "refusal"),
    [
        (b"", {}, "409 type_not_allowed"),
        (b"Our statement of support", {}, "409 type_not_allowed"),
        (TYPES[PNG], {}, "409 type_not_allowed"),
        (b"<html><script>alert()</script></html>", {"headers": {"Content-Type": "text/html"}}, "409 type_not_allowed"),
        (office("notes.txt"), {"headers": {"Content-Type": "application/zip"}}, "409 type_not_allowed"),
        (office("notes.txt"), {"headers": {"Content-Type": DOCX}}, "409 type_not_allowed"),
        (TYPES[DOCX][: len(TYPES[DOCX]) // 2], {"headers": {"Content-Type": DOCX}}, "409 type_not_allowed"),
        (
            TYPES[DOCX].replace(b"PK\x01\x02", b"PK\x01\x03"),
            {"headers": {"Content-Type": DOCX}},
            "409 type_not_allowed",
        ),
        (TYPES[XLSX], {"headers": {"Content-Type": DOCX}}, "409 type_not_allowed"),
        (TYPES[DOCX], {"headers": {"Content-Type": XLSX}}, "409 type_not_allowed"),
        (TYPES[PDF], {"kind": "holiday_photograph"}, "409 kind_unknown"),
        (TYPES[PDF], {"kind": "../evidence"}, "422 malformed"),
        (TYPES[PDF], {"headers": {"If-Match": '"7"'}}, "412 stale"),
        (TYPES[PDF] + bytes(1_000_000), {"headers": {"Content-Type": "application/json"}}, "413 too_large"),
    ],
)
async def test_what_may_not_be_filed(
    company: Applicant, mongo_url: str, content: bytes, changes: dict[str, Any], refusal: str
) -> None:
    before = await kept(mongo_url, company)
    assert await declined(company, content, **changes) == refusal
    assert (await on_file(company), await kept(mongo_url, company)) == ([], before)


async def test_a_file_may_be_as_large_as_the_limit_and_no_larger(company: Applicant, mongo_url: str) -> None:
    largest = TYPES[PDF].ljust(LIMIT, b"\n")
    document = await filed(company, largest)
    before = await kept(mongo_url, company)
    assert await declined(company, largest + b"\n") == "413 too_large"
    assert ([filed["document_id"] for filed in await on_file(company)], await kept(mongo_url, company)) == (
        [document],
        before,
    )


async def test_nobody_opens_the_documents_of_another_company(intake: Served, company: Applicant) -> None:
    document = await filed(company)
    strangers = [
        (await registered(intake)).owner,
        *(intake.person("noor", role) for role in ("review_officer", "partner", "operator")),
    ]
    for stranger in strangers:
        assert await stranger.refused(f"GET /documents/{document}") == "404 not_found"
    assert await intake.nobody.refused(f"GET /documents/{document}") == "401 unauthorised"
    assert await company.owner.refused(f"GET /documents/{uuid4()}") == "404 not_found"
    other = (await registered(intake)).owner
    assert (await upload(other, company.path)).status_code == 404


# --- once, and away -------------------------------------------------------------------------------


async def test_a_repeated_upload_files_one_document(company: Applicant, mongo_url: str) -> None:
    keyed = {"Idempotency-Key": "the evidence"}
    before = await kept(mongo_url, company)
    at_once = await asyncio.gather(*(filed(company, LARGE, headers=keyed) for _ in range(2)))
    assert {*at_once, await filed(company, LARGE, headers=keyed)} == {at_once[0]}
    assert await declined(company, TYPES[PDF], headers=keyed) == "422 key_reused"
    [document] = await on_file(company)
    assert (await company.owner.asks(f"GET /documents/{document['document_id']}")).content == LARGE
    assert await kept(mongo_url, company) == before + 1


async def test_a_removed_document_is_gone_with_its_bytes(company: Applicant, mongo_url: str) -> None:
    document, keyed = await filed(company), {"Idempotency-Key": "away with it"}
    before = await kept(mongo_url, company)
    request = f"DELETE {company.path}/documents/{document}"
    assert await company.owner.refused(request, headers={"If-Match": '"7"'}) == "412 stale"
    assert await company.owner.does(request, headers=keyed) == await company.owner.does(request, headers=keyed)
    assert (await on_file(company), await kept(mongo_url, company)) == ([], before - 1)
    assert await company.owner.refused(f"GET /documents/{document}") == "404 not_found"
    assert await company.owner.refused(request) == "409 unknown_document"


async def test_evidence_stays_as_long_as_an_answer_names_it(company: Applicant) -> None:
    document = await filed(company)
    division = (await company.owner.does(f"POST {company.path}/divisions", site()))["id"]
    answer = {"response": "described", "text": "Signed in 2024.", "evidence": [document]}
    await company.owner.does(f"PUT {company.path}/divisions/{division}/answers/CS-01", answer)
    assert await company.owner.refused(f"DELETE {company.path}/documents/{document}") == "409 document_in_use"
    await company.owner.does(f"PUT {company.path}/divisions/{division}/answers/CS-01", {**answer, "evidence": []})
    await company.owner.does(f"DELETE {company.path}/documents/{document}")


# --- officers -------------------------------------------------------------------------------------


async def test_officers_open_what_was_released_to_them_and_every_opening_is_recorded(
    intake: Served, company: Applicant
) -> None:
    response = await filed(company, kind="finding_response")
    assert [document["released"] for document in await on_file(company)] == [True]
    officers = [intake.person("noor", f"{role}_officer") for role in ("review", "risk", "site", "decision")]
    opened = [await reader.asks(f"GET /documents/{response}") for reader in (*officers, company.owner)]
    assert await intake.person("zoe", "partner").refused(f"GET /documents/{response}") == "404 not_found"
    assert [answer.content for answer in opened] == [TYPES[PDF]] * 5
    digest = b64encode(sha256(TYPES[PDF]).digest()).decode()
    assert {answer.headers["repr-digest"] for answer in opened} == {f"sha-256=:{digest}:"}
    audit = (await intake.person("olga", "operator").asks("GET /operations/audit")).json()["entries"]
    opening = ("document_opened", response)
    openings = [entry["subject"] for entry in audit if (entry["action"], entry["target"]) == opening]
    assert openings == [officer.urn for officer in officers]


async def test_what_was_released_is_hidden_and_never_deleted(intake: Served, company: Applicant) -> None:
    response = await filed(company, kind="finding_response")
    await company.owner.does(f"DELETE {company.path}/documents/{response}")
    assert await on_file(company) == []
    opened: httpx.Response = await intake.person("noor", "site_officer").asks(f"GET /documents/{response}")
    assert opened.content == TYPES[PDF]
