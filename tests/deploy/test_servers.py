"""Servers that settings name are asked whether they answer, before anything is started for them."""

import pytest

from deploy.errors import Failed
from deploy.local.servers import Given
from tests.support.servers.backing import Broker


def given(broker: Broker, mongo_url: str, password: str | None) -> Given:
    return Given.model_validate(
        {"kafka": broker.operator.bootstrap, "kafka_operator_password": password, "mongo": mongo_url}
    )


def test_servers_that_answer_are_taken(broker: Broker, mongo_url: str) -> None:
    given(broker, mongo_url, broker.operator.password).must_answer()


def test_a_wrong_password_is_named_alone(broker: Broker, mongo_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.servers.ANSWERS_WITHIN", 2.0)

    with pytest.raises(Failed) as failed:
        given(broker, mongo_url, "hush").must_answer()

    assert str(failed.value).startswith(f"Kafka does not answer at {broker.operator.bootstrap}: ")
    assert len(str(failed.value).splitlines()) == 1
    assert "hush" not in str(failed.value)
