"""What is not known is not shown as well: a silent broker is not there, and a lag without an answer is NaN."""

from math import isnan, nan

import pytest

from shared.bus import answering
from shared.bus.answering import SILENT_SECONDS, LastAnswer
from shared.bus.lag import LagMeter
from shared.telemetry import Metrics


@pytest.mark.parametrize(("silent", "recent"), [(0.0, True), (SILENT_SECONDS - 0.1, True), (SILENT_SECONDS, False)])
def test_an_answer_is_recent_for_some_seconds(monkeypatch: pytest.MonkeyPatch, silent: float, *, recent: bool) -> None:
    monkeypatch.setattr(answering, "monotonic", lambda: 1_000.0)
    last = LastAnswer()
    assert not last.is_recent()
    last.note()
    monkeypatch.setattr(answering, "monotonic", lambda: 1_000.0 + silent)
    assert last.is_recent() == recent


def test_a_lag_that_is_unknown_is_neither_none_nor_a_reason_to_restart() -> None:
    metrics = Metrics()
    assert not LagMeter(metrics).measure({"pip.risk": nan}, [])
    shown = metrics.registry.get_sample_value("tt_consumer_lag_records", {"topic": "pip.risk"})
    assert shown is not None
    assert isnan(shown)
