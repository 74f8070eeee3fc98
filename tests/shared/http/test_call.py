"""A command takes effect once under its key, and not before the service is prepared."""

from uuid import uuid4

import pytest

from shared import handling
from tests.shared.http.toy_service import ToyService, problem


async def test_a_command_answers_with_what_it_created_and_its_etag(service: ToyService) -> None:
    company = uuid4()
    async with service.trader() as ann, service.officer() as olga:
        answer = await ann.post(f"/tallies/{company}", json={"padding": "a"})
        seen = await olga.get(f"/tallies/{company}")
    assert (answer.status_code, answer.headers["etag"], answer.json()["sequence"]) == (201, '"1"', 1)
    assert (seen.json(), seen.headers["etag"].partition("-")[0]) == (1, '"1')


async def test_a_repeated_key_answers_as_the_first_time_and_takes_effect_once(service: ToyService) -> None:
    company = uuid4()
    async with service.trader() as ann:
        answers = [
            await ann.post(f"/tallies/{company}", json={"padding": "a"}, headers={"Idempotency-Key": "k"})
            for _ in range(2)
        ]
        other = await ann.post(f"/tallies/{company}", json={"padding": "b"}, headers={"Idempotency-Key": "k"})
    assert answers[0].json() == answers[1].json()
    assert answers[1].json()["sequence"] == 1
    assert [answer.headers.get("idempotent-replayed") for answer in answers] == [None, "true"]
    assert problem(other, 422, "key_reused")["field"] == "header.Idempotency-Key"


async def test_no_command_is_taken_before_the_indexes_are_there(service: ToyService) -> None:
    """Else two companies could register one business number, and the index could never be made."""
    company = uuid4()
    service.tasks.prepared = False
    async with service.trader() as ann:
        problem(await ann.post(f"/tallies/{company}", json={}), 503, "unavailable")
        service.tasks.prepared = True
        assert (await ann.post(f"/tallies/{company}", json={})).status_code == 201


async def test_a_key_too_many_is_refused_with_retry_after(service: ToyService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handling, "MOST_KEYS_OF_A_CALLER", 1)
    tallies = f"/tallies/{uuid4()}"
    async with service.trader() as ann:
        await ann.post(tallies, json={}, headers={"Idempotency-Key": "k"})
        refused = await ann.post(tallies, json={}, headers={"Idempotency-Key": "l"})
        assert (await ann.post(tallies, json={})).status_code == 201
    assert problem(refused, 429, "too_many_keys")["field"] == "header.Idempotency-Key"
    assert 86_000 < int(refused.headers["retry-after"]) <= 86_400
