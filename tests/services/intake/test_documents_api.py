"""Documents over HTTP: filed, read back byte for byte, refused without a trace, removed; officers' reads are noted."""

import asyncio
from base64 import b64encode
from hashlib import sha256
from itertools import cycle
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.formats import EXTENSIONS
from tests.support.builders.applicant import CATALOGUE, Applicant, Json, joined, registered, site, upload
from tests.support.builders.broken_files import BROKEN
from tests.support.builders.uploads import DOCX, PDF, TYPES, pdf
from tests.support.servers.filing import kept
from tests.support.servers.served import Headers, Served

LIMIT = CATALOGUE.documents.max_file_bytes
LARGE = pdf(padding=768_000)


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


async def declined(company: Applicant, content: bytes, headers: Headers | None = None, **given: Any) -> str:
    """Status and code with which an upload is refused, in both languages."""
    refusals = set()
    for language in ("en", "fr"):
        languages = {"Accept-Language": language, **(headers or {})}
        answer = await upload(company.owner, company.path, content, headers=languages, **given)
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
            "division_id": None,
            "line_of_business": None,
            "issued_on": None,
            "valid_until": None,
            "released": False,
            "outdated": False,
            "same_as": None,
        }
    ]
    opened = await company.owner.asks(f"GET /documents/{document}")
    assert (opened.status_code, opened.content, opened.headers["content-type"]) == (200, LARGE, PDF)
    assert opened.headers["content-length"] == str(len(LARGE))
    assert (opened.headers["x-content-type-options"], opened.headers["cache-control"]) == ("nosniff", "no-store")


@pytest.mark.parametrize("media_type", TYPES)
@pytest.mark.parametrize("declared", ["{}; charset=binary", "application/octet-stream"])
async def test_every_accepted_type(company: Applicant, media_type: str, declared: str) -> None:
    name = f"Plan{EXTENSIONS[media_type][-1].upper()}"
    await filed(company, TYPES[media_type], name=name, headers={"Content-Type": declared.format(media_type)})
    assert [(document["media_type"], document["name"]) for document in await on_file(company)] == [(media_type, name)]


async def test_every_kind_of_the_catalogue(company: Applicant) -> None:
    """Each as a file of one type after the other, under its own name, and given back byte for byte."""
    await company.owner.does(f"PUT {company.path}/profile", company.profile)
    division = await company.owner.does(f"POST {company.path}/divisions", site())
    about = {
        "company": {},
        "division": {"division_id": division["id"]},
        "line_of_business": {"line_of_business": company.profile["lines_of_business"][0]},
    }
    scopes = {kind.id: kind.scope for kind in CATALOGUE.documents.kinds}
    given = dict(zip(scopes, cycle(TYPES.items()), strict=False))
    for kind, (media_type, content) in given.items():
        described = {"kind": kind, "name": f"{kind}{EXTENSIONS[media_type][0]}", **about[scopes[kind]]}
        document = await filed(company, content, headers={"Content-Type": media_type}, **described)
        opened = await company.owner.asks(f"GET /documents/{document}")
        assert (opened.content, opened.headers["content-type"]) == (content, media_type)
    filed_as = {document["kind"]: document["media_type"] for document in await on_file(company)}
    assert filed_as == {kind: media_type for kind, (media_type, _) in given.items()}
    assert len(filed_as) >= 13


async def test_a_script_in_a_form_is_given_back_where_it_can_do_nothing(company: Applicant) -> None:
    """Shown by a browser in a sandbox, within our own pages alone."""
    form = pdf(catalog=b"/OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>>")
    opened = await company.owner.asks(f"GET /documents/{await filed(company, form)}")
    assert opened.content == form
    assert opened.headers["content-disposition"].startswith("inline;")
    assert opened.headers["content-security-policy"] == "sandbox; default-src 'none'; frame-ancestors 'self'"
    assert (opened.headers["content-type"], opened.headers["x-content-type-options"]) == (PDF, "nosniff")


async def test_a_download_is_named_as_it_was_filed(company: Applicant) -> None:
    document = await filed(company, name="E\u0301nonce\u0301 (signé).pdf")
    opened = await company.owner.asks(f"GET /documents/{document}")
    assert opened.headers["content-disposition"] == (
        "inline; filename=\"Enonce (signe).pdf\"; filename*=UTF-8''%C3%89nonc%C3%A9%20%28sign%C3%A9%29.pdf"
    )


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("site-plan.hta", "422 extension_not_of_type"),
        ("plan.pdf.exe", "422 extension_not_of_type"),
        ("plan", "422 extension_not_of_type"),
        ("plan.docx", "422 extension_not_of_type"),
        ("CON.pdf", "422 name_not_allowed"),
        ("../plan.pdf", "422 name_not_allowed"),
        ("plan\u202efdp.exe.pdf", "422 characters_not_allowed"),
        ("plan\r\nSet-Cookie: a.pdf", "422 characters_not_allowed"),
        ("é" * 126 + ".pdf", "422 name_not_allowed"),
        ("plan.pdf.", "422 name_not_allowed"),
    ],
)
async def test_a_name_that_misleads_is_refused(company: Applicant, name: str, refusal: str) -> None:
    assert await declined(company, TYPES[PDF], name=name) == refusal


async def test_the_same_bytes_again_are_another_document_and_the_answer_names_the_first(company: Applicant) -> None:
    first, other = await filed(company), await filed(company, pdf(contents=b"BT (Dock) Tj ET"))
    again = [await upload(company.owner, company.path) for _ in range(2)]
    assert {answer.headers["link"] for answer in again} == {f'</documents/{first}>; rel="duplicate"'}
    ids = {first, other, *(answer.json()["id"] for answer in again)}
    assert {document["document_id"] for document in await on_file(company)} == ids


async def test_a_reader_opens_documents_and_files_none(intake: Served, company: Applicant, mongo_url: str) -> None:
    document, reader = await filed(company), await joined(intake, company, "read_only_user")
    before = await kept(mongo_url, company.id)
    answer = await upload(reader, company.path)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
    assert await kept(mongo_url, company.id) == before
    assert (await reader.asks(f"GET /documents/{document}")).content == TYPES[PDF]


# --- what is refused leaves nothing ---------------------------------------------------------------


@pytest.mark.parametrize("media_type", TYPES)
@pytest.mark.parametrize("code", BROKEN)
async def test_what_cannot_be_opened_leaves_nothing(
    company: Applicant, mongo_url: str, media_type: str, code: str
) -> None:
    """One file for each reason and type; tests/shared/formats has all of them."""
    before = await kept(mongo_url, company.id)
    headers, name = {"Content-Type": media_type}, f"plan{EXTENSIONS[media_type][0]}"
    status = 415 if code == "type_not_allowed" else 422
    for content in list(BROKEN[code](media_type).values())[:1]:
        assert await declined(company, content, headers, name=name) == f"{status} {code}"
    assert (await on_file(company), await kept(mongo_url, company.id)) == ([], before)


@pytest.mark.parametrize(
    ("content", "changes", "refusal"),
    [
        (b"<script>alert()</script>", {"headers": {"Content-Type": "text/html"}}, "415 type_not_allowed"),
        (TYPES[DOCX], {"headers": {"Content-Type": "application/zip"}}, "415 type_not_allowed"),
        (TYPES[PDF], {"headers": {"Content-Type": ""}}, "415 type_not_allowed"),
        (
            TYPES[PDF],
            {"headers": {"Content-Type": "application/octet-stream"}, "name": "a.svg"},
            "415 type_not_allowed",
        ),
        (TYPES[PDF], {"kind": "holiday_photograph"}, "409 kind_unknown"),
        (TYPES[PDF], {"kind": "../evidence"}, "422 malformed"),
        (TYPES[PDF], {"issued_on": "2026-03-02", "valid_until": "2026-03-01"}, "422 period_reversed"),
        (TYPES[PDF], {"headers": {"If-Match": '"7"'}}, "412 stale"),
        (pdf(padding=1_000_000), {"headers": {"Content-Type": "application/json"}}, "415 type_not_allowed"),
    ],
)
async def test_what_may_not_be_filed(
    company: Applicant, mongo_url: str, content: bytes, changes: dict[str, Any], refusal: str
) -> None:
    before = await kept(mongo_url, company.id)
    assert await declined(company, content, **changes) == refusal
    assert (await on_file(company), await kept(mongo_url, company.id)) == ([], before)


async def test_a_file_may_be_as_large_as_the_limit(company: Applicant) -> None:
    frame = len(pdf(padding=LIMIT)) - LIMIT
    document = await filed(company, pdf(padding=LIMIT - frame))
    assert [filed["document_id"] for filed in await on_file(company)] == [document]


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
    before = await kept(mongo_url, company.id)
    at_once = await asyncio.gather(*(filed(company, LARGE, headers=keyed) for _ in range(2)))
    assert {*at_once, await filed(company, LARGE, headers=keyed)} == {at_once[0]}
    assert await declined(company, TYPES[PDF], keyed) == "422 key_reused"
    [document] = await on_file(company)
    assert (await company.owner.asks(f"GET /documents/{document['document_id']}")).content == LARGE
    assert await kept(mongo_url, company.id) == before + 1


async def test_a_removed_document_is_gone_with_its_bytes(company: Applicant, mongo_url: str) -> None:
    document, keyed = await filed(company), {"Idempotency-Key": "away with it"}
    before = await kept(mongo_url, company.id)
    request = f"DELETE {company.path}/documents/{document}"
    assert await company.owner.refused(request, headers={"If-Match": '"7"'}) == "412 stale"
    assert await company.owner.does(request, headers=keyed) == await company.owner.does(request, headers=keyed)
    assert (await on_file(company), await kept(mongo_url, company.id)) == ([], before - 1)
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


async def test_only_bytes_that_are_given_count_as_an_opening(intake: Served, company: Applicant) -> None:
    response = f"/documents/{await filed(company, kind='finding_response')}"
    officer = intake.person("nia", "site_officer")
    etag = {"If-None-Match": (await officer.asks(f"HEAD {response}")).headers["etag"]}
    assert (await officer.asks(f"GET {response}", headers=etag)).status_code == 304
    assert (await officer.asks(f"GET {response}", headers={"Range": "bytes=0-9"})).status_code == 206
    audit = (await intake.person("olga", "operator").asks("GET /operations/audit")).json()["entries"]
    assert [entry["action"] for entry in audit if entry["subject"] == officer.urn] == ["document_opened"]


async def test_what_was_released_is_hidden_and_never_deleted(intake: Served, company: Applicant) -> None:
    response = await filed(company, kind="finding_response")
    await company.owner.does(f"DELETE {company.path}/documents/{response}")
    assert await on_file(company) == []
    opened: httpx.Response = await intake.person("noor", "site_officer").asks(f"GET /documents/{response}")
    assert opened.content == TYPES[PDF]
