"""The demo, as a newcomer runs it."""

import os
import subprocess
from dataclasses import dataclass
from json import dumps, loads
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.columns import COLUMN_WIDTH
from deploy.demo.lives import lives
from deploy.demo.outcome import EXPECTED, DemoOutcome, must_be
from deploy.demo.show import WIDTH
from deploy.errors import Failed
from tests.e2e.pages import DEMO, ROOT

MOST_SECONDS = 240
CARRIER, IMPORTER, BROKER = (life.firm.legal_name for life in lives())
FIVE_FIELDS = ("address", "dates", "identifiers", "name", "status")


@dataclass(frozen=True)
class Played:
    """What the README's `make demo` prints and, asked to, writes; it ends with exit code 0."""

    lines: list[str]
    outcome: dict[str, Any]

    def column(self, name: str) -> str:
        """What the column of one company says, from above to below."""
        start = next(
            line.index(name) for line in self.lines if all(company in line for company in (CARRIER, IMPORTER, BROKER))
        )
        return " ".join(" ".join(line[start : start + COLUMN_WIDTH] for line in self.lines).split())

    def statuses(self, administration: str, name: str) -> list[str]:
        """The status of one member, as an administration reads it one record after another."""
        bodies = [record["body"] for record in self.outcome["partners"][administration]]
        return [body["status"] for body in bodies if body and body["name"] == name]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Played:
    file = tmp_path_factory.mktemp("demo") / "outcome.json"
    environment = {**os.environ, "DEMO": f"--json {file}", "MAKEFLAGS": "--silent"}
    run = subprocess.run(
        ["bash", "-ec", DEMO], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return Played(run.stdout.splitlines(), loads(file.read_text("utf-8")))


def test_three_companies_become_members_each_on_its_own_way(demo: Played) -> None:
    applications = {application["company"]: application for application in demo.outcome["applications"]}
    straight = ["under_review", "risk_assessment", "site_validation", "decision", "approved"]

    assert [application["status"] for application in applications.values()] == ["approved"] * 3
    assert applications[CARRIER]["stages"] == straight
    assert applications[IMPORTER]["stages"] == straight
    assert applications[BROKER]["stages"] == ["under_review", "returned", *straight]


def test_partners_get_what_was_consented_to_and_nobody_else_anything(demo: Played) -> None:
    partners = demo.outcome["partners"]

    assert {tuple(sorted(record["body"])) for records in partners.values() for record in records if record["body"]} == {
        FIVE_FIELDS
    }
    assert demo.statuses("US", BROKER) == demo.statuses("JP", IMPORTER) == []
    assert demo.statuses("JP", BROKER) == ["AUTHORISED"]
    assert partners["KR"] == []


def test_what_is_not_yet_known_is_shown_as_partners_read_it(demo: Played) -> None:
    shown = [line.split()[1:] for line in demo.lines if line.split()[:1] == ["dates.member_until"]]

    assert {value for line_values in shown for value in line_values} == {"null"}


@pytest.mark.parametrize("administration", ["US", "JP"])
def test_a_suspended_member_is_read_as_suspended_until_it_is_reinstated(demo: Played, administration: str) -> None:
    assert demo.statuses(administration, CARRIER) == ["AUTHORISED", "SUSPENDED", "AUTHORISED"]


def test_a_withdrawn_consent_is_a_tombstone(demo: Played) -> None:
    *_, first, last = demo.outcome["partners"]["US"]

    assert first["body"]["name"] == IMPORTER
    assert (last["key"], last["body"]) == (first["key"], None)


def test_every_event_of_a_life_is_counted_once(demo: Played) -> None:
    of_all = ("SecurityProfileReviewed", "RiskAssessed", "SiteValidated", "ApplicationApproved", "MembershipActivated")
    once = ("ApplicationReturned", "MembershipSuspended", "MembershipReinstated", "ConsentWithdrawn", "SharingEnded")
    events = {event.split(".")[1]: count for event, count in demo.outcome["events"].items()}

    assert [events[event] for event in of_all] == [3] * len(of_all)
    assert [events[event] for event in once] == [1] * len(once)
    assert events["ApplicationSubmitted"] == 4


def test_the_companies_stand_side_by_side_and_nothing_moves_where_there_is_no_terminal(demo: Played) -> None:
    assert "returned with a question" in demo.column(BROKER)
    assert "Rolf Riskman decides: acceptable" in demo.column(IMPORTER)
    assert "US reads a tombstone" in demo.column(IMPORTER)
    assert "US and JP read SUSPENDED" in demo.column(CARRIER)
    assert max(map(len, demo.lines)) <= WIDTH
    assert not [line for line in demo.lines if "\x1b" in line]


def test_it_is_quick(demo: Played) -> None:
    """Alone it takes less than 40 seconds, beside other tests several times as long."""
    assert demo.outcome["seconds"] <= MOST_SECONDS


def test_an_outcome_that_differs_is_a_failure_that_shows_the_lines(demo: Played, tmp_path: Path) -> None:
    changed = loads(EXPECTED.read_text("utf-8"))
    changed["partners"]["KR"] = changed["partners"]["US"]
    (tmp_path / "expected.json").write_text(dumps(changed), "utf-8")
    outcome = DemoOutcome.model_validate(demo.outcome)

    must_be(outcome, EXPECTED)
    with pytest.raises(Failed, match="AUTHORISED"):
        must_be(outcome, tmp_path / "expected.json")
