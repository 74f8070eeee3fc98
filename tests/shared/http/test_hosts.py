import pytest

from shared.http.hosts import Hosts
from tests.shared.http.toy_service import ToyService, problem

LISTED = Hosts(["Intake.example", "2001:db8::1"])


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8001",
        "127.0.0.1:8001",
        "[::1]:8001",
        "[::1]",
        "intake.example",
        "intake.example:443",
        "[2001:db8::1]:443",
    ],
)
def test_names_of_this_machine_and_those_listed_are_ours(host: str) -> None:
    assert LISTED.include(host)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "localhost.evil.example",
        "evil.example:localhost",
        "127.0.0.1.evil.example",
        "10.0.0.1",
    ],
)
def test_no_other_name_is(host: str | None) -> None:
    assert not LISTED.include(host)


async def test_a_request_under_another_name_is_refused(service: ToyService) -> None:
    async with service.trader() as ann:
        for path in ("/livez", "/docs", "/tallies/x", "/nothing"):
            answer = await ann.get(path, headers={"Host": "evil.example"})
            assert problem(answer, 421, "host_unknown")["field"] == "header.Host"
