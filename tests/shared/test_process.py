"""What a process does before it serves, what it writes down, and what crosses to the next one."""

import asyncio
import json
import os
import signal
import subprocess
import sys

import pytest
from opentelemetry import trace
from structlog.testing import capture_logs

from shared import logs, settings
from shared.errors import Unavailable
from shared.settings import ServiceSettings
from shared.tasks import Tasks, supervised
from shared.telemetry import spanning

GOOD = {
    "TT_KAFKA_BOOTSTRAP": "127.0.0.1:9092",
    "TT_MONGO_URL": "mongodb://127.0.0.1:27017",
    "TT_DATABASE": "tt_review",
    "TT_ISSUERS": '["https://issuer.example"]',
}


def settings_from(monkeypatch: pytest.MonkeyPatch, **changes: str) -> ServiceSettings:
    for name in [name for name in os.environ if name.startswith("TT_")]:
        monkeypatch.delenv(name)
    for name, value in (GOOD | changes).items():
        monkeypatch.setenv(name, value)
    return settings.load(ServiceSettings)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    read = settings_from(monkeypatch, TT_KAFKA_USER="review", TT_KAFKA_PASSWORD="hush")
    assert (read.database, read.kafka.user, read.kafka.password) == ("tt_review", "review", "hush")
    assert "hush" not in repr(read) + repr(read.kafka)


def test_everything_wrong_is_named_at_once_and_nothing_is_repeated() -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "TT_KAFKA_BOOTSTRAP": "marker-4711",
        "TT_ISSUERS": "marker-4711",
        "TT_PORT": "many",
    }
    done = subprocess.run(
        [sys.executable, "-m", "services.review.main"], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == settings.MISCONFIGURED
    assert {line.split(":")[0].strip() for line in done.stderr.splitlines() if "TT_" in line} >= {
        "TT_KAFKA_BOOTSTRAP",
        "TT_MONGO_URL",
        "TT_DATABASE",
        "TT_ISSUERS",
        "TT_PORT",
    }
    assert "marker" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_user_without_a_password_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match=str(settings.MISCONFIGURED)):
        settings_from(monkeypatch, TT_KAFKA_USER="review", TT_KAFKA_PASSWORD="")
    assert "  TT_KAFKA_PASSWORD: needed with TT_KAFKA_USER\n" in capsys.readouterr().err


LOGGED = """
import logging, structlog
from shared import logs
logs.configure("review", "json")
try:
    secret = "marker-4711"
    raise ValueError(secret)
except ValueError:
    structlog.get_logger().exception("broken", code="x")
    logging.getLogger("somebody.else").exception("it says")
"""


def test_our_lines_and_the_libraries_are_json_of_one_form_without_what_somebody_sent() -> None:
    done = subprocess.run([sys.executable, "-c", LOGGED], capture_output=True, text=True, check=True)

    ours, theirs = (json.loads(line) for line in done.stdout.splitlines())
    assert (ours["event"], ours["service"], ours["level"], ours["code"]) == ("broken", "review", "error", "x")
    assert (theirs["event"], theirs["service"]) == ("it says", "review")
    assert ours["exception"][0].startswith("ValueError: ")
    assert "marker" not in done.stdout


DEAD = """
import asyncio
from shared.bus.consumer import Stuck
from shared.tasks import supervised

async def dead():
    raise Stuck

asyncio.run(supervised("bus", dead))
"""


def test_a_task_that_cannot_be_mended_in_place_ends_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", DEAD], capture_output=True, timeout=30, check=False)
    assert done.returncode == -signal.SIGTERM


@pytest.mark.parametrize(
    ("reason", "advice"), [("database_unavailable", "check TT_MONGO_URL"), ("busy", "It is tried again.")]
)
async def test_a_task_that_waits_logs_for_what(reason: str, advice: str) -> None:
    tried = asyncio.Event()

    async def waiting() -> None:
        tried.set()
        raise Unavailable(reason)

    with capture_logs() as logged:
        task = asyncio.create_task(supervised("prepare", waiting))
        await tried.wait()
        task.cancel()
        await asyncio.wait([task])

    assert [line["reason"] for line in logged] == [reason]
    assert logged[0]["advice"].endswith(advice)


async def test_what_stops_is_waited_for() -> None:
    """A batch in hand may be finished, and its group left, while other tasks have ended long since."""
    began, ended = asyncio.Event(), asyncio.Event()

    async def nothing() -> None:
        return

    async def idle() -> None:
        await asyncio.Event().wait()

    async def busy() -> None:
        try:
            began.set()
            await idle()
        finally:
            await asyncio.sleep(0.1)
            ended.set()

    running = asyncio.create_task(Tasks(nothing, (), None, {"idle": idle, "busy": busy}).run())
    await began.wait()
    running.cancel()
    await asyncio.wait([running])
    assert ended.is_set()


def test_a_line_without_an_exception_is_left_alone() -> None:
    assert logs.without_input(None, "", {"event": "fine"}) == {"event": "fine"}


def test_a_trace_goes_on_from_what_the_message_carried() -> None:
    carried = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with spanning("handle", carried) as passed_on:
        assert passed_on is not None
        assert passed_on.split("-")[1] == carried.split("-")[1]
        assert format(trace.get_current_span().get_span_context().trace_id, "032x") == carried.split("-")[1]
    with spanning("alone") as nothing:
        assert nothing is None


@pytest.mark.parametrize(
    ("issuers", "allowed"),
    [
        ('["https://sign-in.example"]', "[]"),
        ('["http://127.0.0.1:8000", "http://localhost", "http://[::1]:1"]', "[]"),
        ('["http://keycloak:8080/realms/tt"]', '["keycloak"]'),
    ],
)
def test_issuers_are_https_or_here_or_allowed_by_name(
    monkeypatch: pytest.MonkeyPatch, issuers: str, allowed: str
) -> None:
    assert settings_from(monkeypatch, TT_ISSUERS=issuers, TT_HTTP_ISSUERS=allowed).issuers


@pytest.mark.parametrize("issuer", ["http://sign-in.example", "http://127.0.0.1.evil.example", "http://keycloak.evil"])
def test_no_other_issuer_is_taken_over_http(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], issuer: str
) -> None:
    with pytest.raises(SystemExit, match=str(settings.MISCONFIGURED)):
        settings_from(monkeypatch, TT_ISSUERS=f'["https://fine.example", "{issuer}"]', TT_HTTP_ISSUERS='["keycloak"]')
    assert "TT_HTTP_ISSUERS" in capsys.readouterr().err


COLLECTING = """
import gc
from shared.service import collect_rarely
collect_rarely()
before = sum(generation["collections"] for generation in gc.get_stats())
batch = [{"entries": [number]} for number in range(20_000)]
print(sum(generation["collections"] for generation in gc.get_stats()) - before)
"""


def test_no_garbage_is_collected_within_a_batch() -> None:
    """By default it would be some sixty times."""
    done = subprocess.run([sys.executable, "-c", COLLECTING], capture_output=True, text=True, check=True)
    assert int(done.stdout) == 0
