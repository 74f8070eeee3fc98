"""`tt reconcile` reads services of this release and of the last, and both read what it posts."""

import os
import subprocess
import sys
from json import dumps, loads
from typing import Any

import httpx
import pytest

from deploy.operations.access import Services
from deploy.operations.reconcile import reconcile
from shared.bus.reconciliation import UnconsumedMessage
from shared.operations import JournalledMessage
from tests.support.source import ROOT

(LAST,) = (ROOT / "tests" / "support").rglob("trusted_trader-0.2.0-*.whl")
# What a service of 0.2.0 does: it reads a posted message, and answers with one that it has not consumed.
OF_THE_LAST = """
import sys
from shared.api import SaidMessage
from shared.audit import Unheard
SaidMessage.model_validate_json(sys.argv[1])
print(Unheard(collection="teams", id="C", publisher="/intake/companies/C", said=3, heard=1).model_dump_json())
"""
MESSAGE = JournalledMessage(
    after="/intake/companies/C/3", topic="pip.intake", key="C", value="{}", headers=(("ce_sequence", "3"),)
)
LACKING = UnconsumedMessage(collection="teams", id="C", publisher="/intake/companies/C", published=3, consumed=1)


class Answering(Services):
    """Two services: the journal of intake holds one message, which site_validation has not consumed."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(dict.fromkeys(("intake", "site_validation"), "http://127.0.0.1"), "")
        self.answer = answer
        self.posted: list[dict[str, Any]] = []

    def get(self, service: str, path: str, **query: str) -> Any:
        if path == "/operations/parked":
            return {}
        return [] if query or service != "intake" else [MESSAGE.model_dump(mode="json")]

    def post(self, service: str, path: str, body: object = None) -> Any:
        assert (service, path, isinstance(body, list)) == ("site_validation", "/operations/reconciliation", True)
        self.posted += body if isinstance(body, list) else []
        return [self.answer]

    def metrics(self, _service: str) -> str:
        return "tt_oldest_unrelayed_seconds 0.0\n"


@pytest.fixture(scope="module")
def of_the_last() -> dict[str, Any]:
    """The answer of the last release, which has read what this one posts."""
    answering = Answering(LACKING.model_dump())
    reconcile(answering, 0)
    command = [sys.executable, "-P", "-c", OF_THE_LAST, dumps(answering.posted[0])]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(LAST)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = loads(done.stdout)
    return answer


def test_what_is_lacking_reads_alike_from_both_releases(of_the_last: dict[str, Any]) -> None:
    assert of_the_last.keys() != LACKING.model_dump().keys()
    for answer in (of_the_last, LACKING.model_dump()):
        found = reconcile(Answering(answer), 0)
        assert found.messages == 1
        assert found.lacks == ("site_validation: teams/C has consumed /intake/companies/C up to 1 of 3",)


def test_what_is_posted_is_read_by_this_release_too() -> None:
    answering = Answering(LACKING.model_dump())
    reconcile(answering, 0)
    assert [JournalledMessage.model_validate(posted) for posted in answering.posted] == [MESSAGE]


@pytest.mark.parametrize("path", ["/operations/metrics", "/metrics"])
def test_metrics_are_read_where_a_release_has_them(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    def answered(_: httpx.Client, _method: str, url: str) -> httpx.Response:
        return httpx.Response(200 if url == f"http://intake{path}" else 404, text="up 1")

    monkeypatch.setattr(httpx.Client, "request", answered)
    assert Services({"intake": "http://intake"}, "token").metrics("intake") == "up 1"
