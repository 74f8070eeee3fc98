"""Every wrong call gets a stable code, a sentence in the caller's language and the field, and changes nothing."""

from uuid import uuid4

import pytest

from tests.shared.http.toy_service import ToyService, problem


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b'{"padding": ', "body"),
        (b'{"unknown": 1}', "body.unknown"),
        (b'{"size": "many"}', "body.size"),
        (b"[]", "body"),
        (b'"marker-4711"', "body"),
        (b'{"padding": {"name": "marker-4711"}}', "body.padding"),
    ],
)
async def test_a_malformed_body_names_its_field_and_never_repeats_it(
    service: ToyService, content: bytes, where: str
) -> None:
    company = uuid4()
    async with service.trader() as ann, service.officer() as olga:
        answer = await ann.post(f"/tallies/{company}", content=content, headers={"Content-Type": "application/json"})
        problem(await olga.get(f"/tallies/{company}"), 404, "not_found")
    body = problem(answer, 422, "malformed")
    assert body["field"].startswith(where)
    assert "marker" not in answer.text


async def test_the_sentence_comes_in_the_callers_language(service: ToyService) -> None:
    async with service.trader("fr-CA, en;q=0.5") as ann:
        answer = await ann.post(f"/tallies/{uuid4()}", json={"padding": "refuse me"})
    assert (
        problem(answer, 404, "not_found")["title"]
        == "Il n\N{RIGHT SINGLE QUOTATION MARK}y a rien ici que vous puissiez consulter."
    )
    assert answer.headers["content-language"] == "fr"


async def test_addresses_and_methods_that_are_not_there(service: ToyService) -> None:
    async with service.trader() as ann:
        problem(await ann.get("/nothing"), 404, "not_found")
        problem(await ann.delete(f"/tallies/{uuid4()}"), 405, "method_not_allowed")
        problem(await ann.post("/tallies/no-uuid", json={}), 422, "malformed")
