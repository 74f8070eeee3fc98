from uuid import uuid4

from tests.shared.http.toy_service import ToyService, problem


async def test_a_stale_if_match_is_refused(service: ToyService) -> None:
    company = uuid4()
    async with service.trader() as ann:
        await ann.post(f"/tallies/{company}", json={})
        problem(await ann.post(f"/tallies/{company}", json={}, headers={"If-Match": '"7"'}), 412, "stale")
        assert (await ann.post(f"/tallies/{company}", json={}, headers={"If-Match": '"1"'})).json()["sequence"] == 2
