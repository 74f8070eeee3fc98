"""On one machine the supervisor ends a broker that runs and answers nothing, and starts it again."""

import os
import signal
from pathlib import Path

import pytest

from deploy.local import supervisor
from deploy.local.processes import until
from deploy.local.supervisor import running
from tests.support.servers.backing import ALONE


@pytest.mark.matrix
async def test_a_broker_that_answers_nothing_is_ended_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "SERVICES", ("intake",))
    monkeypatch.setattr(supervisor, "ASKED_EVERY_SECONDS", 0.5)
    monkeypatch.setattr(supervisor, "SILENT_SECONDS", 20.0)
    monkeypatch.setattr("deploy.local.kafka.ANSWERS_WITHIN", 4.0)
    announced: list[str] = []
    async with running(tmp_path, announced.append, ALONE) as at_work:
        kafka = at_work.servers["Kafka"]
        frozen = kafka.process.pid
        os.kill(frozen, signal.SIGSTOP)
        assert await until(lambda: kafka.process.pid != frozen and kafka.answers(), 90)
        assert any("Kafka has not answered" in line for line in announced)
