from uuid import uuid4

from tests.shared.http.toy_service import ToyService, problem


async def test_a_wrong_role_is_refused(service: ToyService) -> None:
    async with service.trader() as ann:
        problem(await ann.get(f"/tallies/{uuid4()}"), 403, "role_not_allowed")
