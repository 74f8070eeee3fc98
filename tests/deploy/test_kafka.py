"""Kafka on this machine keeps its topics, users and records over a kill and a change of ports, and invents no topic."""

import socket
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from deploy.errors import Failed
from deploy.kafka.access import admin
from deploy.kafka.plan import plan
from deploy.local.kafka import Kafka
from shared.bus.access import KafkaAccess
from tests.support.servers.backing import SECRET, Broker, password_of, prepare
from tests.support.servers.bus import administering, on_topic, producing, scram

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
