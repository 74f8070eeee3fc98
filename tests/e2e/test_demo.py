"""The demo, as a newcomer runs it."""

import asyncio
import sys
from json import dumps, loads
from pathlib import Path
from typing import Any

import pytest

from deploy.cli.local import EXPECTED, must_be
from deploy.demo.outcome import Outcome
from deploy.errors import Failed

TT = Path(sys.executable).with_name("tt")
MOST_SECONDS = 40


@pytest.fixture(scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `tt demo --json` writes; it ends with exit code 0."""
    file = tmp_path_factory.mktemp("demo") / "outcome.json"
    process = await asyncio.create_subprocess_exec(
        str(TT), "demo", "--json", str(file), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    assert "\x1b" not in said.decode(), "no animation where there is no terminal"
    outcome: dict[str, Any] = loads(file.read_text("utf-8"))
    return outcome


def test_a_company_becomes_a_member(demo: dict[str, Any]) -> None:
    (application,) = demo["applications"]

    assert application["status"] == "approved"
    assert application["stages"] == ["under_review", "risk_assessment", "site_validation", "decision", "approved"]


def test_partners_get_what_was_consented_to_and_nobody_else_anything(demo: dict[str, Any]) -> None:
    (shared,) = demo["partners"]["US"]
    first, last = demo["partners"]["JP"]

    assert sorted(shared["body"]) == ["address", "dates", "identifiers", "name", "status"]
    assert first["body"] == shared["body"]
    assert last["body"] is None
    assert last["key"] == shared["key"]
    assert demo["partners"]["KR"] == []


def test_every_event_of_the_life_is_counted_once(demo: dict[str, Any]) -> None:
    once = (
        "ApplicationSubmitted",
        "SecurityProfileReviewed",
        "RiskAssessed",
        "SiteValidated",
        "ApplicationApproved",
        "MembershipActivated",
    )

    assert [demo["events"][f"pip.{event}.v1"] for event in once] == [1] * len(once)


def test_it_is_quick(demo: dict[str, Any]) -> None:
    assert demo["seconds"] <= MOST_SECONDS


def test_an_outcome_that_differs_is_a_failure_that_shows_the_lines(demo: dict[str, Any], tmp_path: Path) -> None:
    changed = loads(EXPECTED.read_text("utf-8"))
    changed["partners"]["KR"] = changed["partners"]["US"]
    (tmp_path / "expected.json").write_text(dumps(changed), "utf-8")
    outcome = Outcome.model_validate(demo)

    must_be(outcome, EXPECTED)
    with pytest.raises(Failed, match="AUTHORISED"):
        must_be(outcome, tmp_path / "expected.json")
