"""Kafka on this machine keeps its topics, users and records over a kill and a change of ports, and invents no topic."""

import asyncio
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
import yaml
from aiokafka import AIOKafkaProducer
from confluent_kafka.admin import (
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from hypothesis import given
from hypothesis import strategies as st

from deploy.errors import Failed
from deploy.kafka.access import admin, partners
from deploy.kafka.plan import ITERATIONS, plan
from deploy.local.kafka import Kafka, escaped
from shared.bus.access import KafkaAccess
from tests.support.servers.backing import SECRET, Broker, password_of, prepare
from tests.support.servers.bus import administering, on_topic, producing, scram
from tests.support.source import ROOT

TOPIC = "pip.risk"


async def test_everything_comes_back_after_a_kill_and_where_its_port_is_taken_on_another(tmp_path: Path) -> None:
    async with Kafka(tmp_path, SECRET) as first:
        prepare(first.operator)
        async with producing(KafkaAccess(first.operator.bootstrap, "risk", password_of("risk"))) as risk:
            await risk.send_and_wait(TOPIC, b"assessed", key=b"company")
        await first.kill()
        await first.start()
        assert plan(admin(first.operator)) == []

    async with Kafka(tmp_path, SECRET) as second:
        assert second.operator.bootstrap == first.operator.bootstrap
        assert plan(admin(second.operator)) == []

    port = int(first.operator.bootstrap.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        elsewhere = Kafka(tmp_path, SECRET)
    async with elsewhere as second:
        assert second.operator.bootstrap != first.operator.bootstrap
        assert plan(admin(second.operator)) == []
        review = KafkaAccess(second.operator.bootstrap, "review", password_of("review"))
        assert [record.value for record in await on_topic(review, TOPIC)] == [b"assessed"]


@pytest.mark.parametrize("applied", [True, False], ids=["topics applied", "restarted at once"])
async def test_passwords_that_0_4_0_removed_keep_nobody_out_after_a_restart(tmp_path: Path, *, applied: bool) -> None:
    """Partners had one for the listener of services until then (docs/pitfalls.md)."""
    of_before = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS)
    made: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(user, of_before, b"of before") for user in partners()
    ]
    removed: list[UserScramCredentialAlteration] = [
        UserScramCredentialDeletion(user, of_before.mechanism) for user in partners()
    ]
    async with Kafka(tmp_path, SECRET) as first:
        prepare(first.operator)
        operator = admin(first.operator)
        for changes in (made, removed):
            for done in operator.alter_user_scram_credentials(changes).values():
                done.result()
        if applied:
            prepare(first.operator)
    async with Kafka(tmp_path, SECRET) as again:
        assert plan(admin(again.operator)) == []


async def test_a_directory_may_have_any_name(tmp_path: Path) -> None:
    """Whatever the locale is."""
    home = tmp_path / "rené \\ # ! = : ключ 😀 $x %"
    home.mkdir()
    async with Kafka(home, SECRET) as first:
        prepare(first.operator)
    assert (home / "data" / "meta.properties").exists()
    async with Kafka(home, SECRET) as again:
        assert plan(admin(again.operator)) == []


def test_a_directory_with_a_comma_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="comma"):
        Kafka(tmp_path / "a,b", SECRET).configure()


@given(st.text())
def test_a_value_is_escaped_as_java_reads_it(value: str) -> None:
    line = f"name={escaped(value)}"
    assert line.isascii()
    assert line.isprintable()
    assert java_reads(line) == value


def java_reads(line: str) -> str:
    """The value of a property, by the rules of java.util.Properties.load."""
    value = line.partition("=")[2].lstrip(" \t\f")
    units = re.sub(
        r"\\(u[0-9a-f]{4}|.)", lambda found: chr(int(found[1][1:], 16)) if found[1][0] == "u" else found[1], value
    )
    return units.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root makes a network of its own")
@pytest.mark.parametrize("ipv6", [True, False])
async def test_a_machine_with_loopback_alone_is_enough(tmp_path: Path, *, ipv6: bool) -> None:
    without = "" if ipv6 else "ip -6 address flush dev lo;"
    script = f"ip link set lo up; {without} exec {sys.executable} -c '{LOOPBACK_ALONE}' {tmp_path}"
    process = await asyncio.create_subprocess_exec("unshare", "--net", "--mount", "sh", "-c", script, stdout=PIPE)
    printed, _ = await process.communicate()
    assert printed.decode().splitlines()[-1:] == ["[]"]


LOOPBACK_ALONE = """
import asyncio, sys
from pathlib import Path
from deploy.kafka.access import admin, partners
from deploy.kafka.plan import ITERATIONS, plan
from deploy.local.kafka import Kafka, escaped
from tests.support.servers.backing import SECRET, prepare

async def main():
    async with Kafka(Path(sys.argv[1]), SECRET) as own:
        prepare(own.operator)
        print(plan(admin(own.operator)))

asyncio.run(main())
"""


async def test_the_health_check_of_the_container_asks_and_waits_for_an_answer(broker: Broker) -> None:
    assert await healthy(broker.operator.bootstrap) == 0
    with socket.create_server(("127.0.0.1", 0)) as mute:
        assert await healthy(f"127.0.0.1:{mute.getsockname()[1]}") != 0


async def healthy(bootstrap: str) -> int:
    """The exit code of the health check in docker-compose.yml."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    command = compose["services"]["kafka"]["healthcheck"]["test"][1:]
    here = [part.replace("kafka/9092", bootstrap.replace(":", "/")).replace("$$", "$") for part in command]
    process = await asyncio.create_subprocess_exec(*here)
    return await process.wait()


async def test_a_broker_that_answers_nothing_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.kafka.ANSWERS_WITHIN", 2.0)
    async with Kafka(tmp_path, SECRET) as own:
        assert own.answers()
        os.kill(own.process.pid, signal.SIGSTOP)
        try:
            assert not own.answers()
        finally:
            os.kill(own.process.pid, signal.SIGCONT)


async def test_an_undeclared_topic_stays_absent(broker: Broker, fresh: str) -> None:
    producer = AIOKafkaProducer(**scram(broker.operator), request_timeout_ms=1_000)
    await producer.start()
    try:
        with pytest.raises(Exception, match=r"(?i)topic|metadata|partition"):
            await producer.send_and_wait(fresh, b"")
    finally:
        await producer.stop()
    async with administering(broker.operator) as client:
        assert fresh not in await client.list_topics()


async def test_a_broker_that_cannot_start_reports_why(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="NoSuchOption"):
        await Kafka(tmp_path, SECRET, jvm=["-XX:+NoSuchOption"]).start()


def test_the_operators_password_lies_in_a_file_of_its_user_alone(tmp_path: Path) -> None:
    Kafka(tmp_path, SECRET).configure()
    assert (tmp_path / "server.properties").stat().st_mode & 0o077 == 0
