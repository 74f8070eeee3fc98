"""Around every request: bodies are bounded, defects are answered, and metrics name no company."""

from uuid import uuid4

from tests.shared.http.toy_service import ToyService, problem


async def test_an_oversized_body_is_refused(service: ToyService) -> None:
    company = uuid4()
    async with service.trader() as ann, service.officer() as olga:
        problem(await ann.post(f"/tallies/{company}", json={"padding": "x" * 3_000}), 413, "too_large")
        problem(await olga.get(f"/tallies/{company}"), 404, "not_found")


async def test_our_own_fault_is_a_500_that_shows_nothing_of_the_cause(service: ToyService) -> None:
    async with service.trader() as ann:
        answer = await ann.get("/breaks")
    problem(answer, 500, "internal")
    assert "marker" not in answer.text


async def test_metrics_name_the_route_and_no_company(service: ToyService) -> None:
    company = uuid4()
    async with service.trader() as ann, service.operator() as olga:
        await ann.post(f"/tallies/{company}", json={})
        await ann.request("MARKER-4711", "/livez")
        text = (await olga.get("/operations/metrics")).text
    assert 'tt_http_request_seconds_count{method="POST",route="/tallies/{company}",status="201"} 1.0' in text
    assert str(company) not in text
    assert "MARKER" not in text
