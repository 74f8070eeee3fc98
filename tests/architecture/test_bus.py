import ast

from tests.support.source import Module, calls, modules, parsed

MAKERS = {"subscriber", "KafkaBroker", "AIOKafkaConsumer", "add_batch_subscriber", "KafkaRouter"}
SERVING = (*modules("shared"), *modules("services"))


def made(module: Module) -> list[tuple[str, dict[str, str]]]:
    """The subscribers that a module makes, with the named arguments as they stand."""
    return [
        (name, _named(call))
        for name, call in calls(module)
        if name in MAKERS and ast.unparse(call.func) != "subscriber"
    ]


def _named(call: ast.Call) -> dict[str, str]:
    return {given.arg: ast.unparse(given.value) for given in call.keywords if given.arg}


def test_only_the_bus_makes_subscribers() -> None:
    assert [module.name for module in SERVING if made(module)] == ["shared.bus.consumer"]


def test_every_subscriber_takes_batches_and_commits_what_is_handled() -> None:
    subscribers = [given for module in SERVING for name, given in made(module) if name == "subscriber"]
    safe = {
        "batch": "True",
        "group_id": "self._group",
        "auto_offset_reset": "'earliest'",
        "ack_policy": "AckPolicy.NACK_ON_ERROR",
        "parser": "self._parsed",
        "decoder": "_decoded",
    }
    assert subscribers
    assert all(given.items() >= safe.items() for given in subscribers)


def test_no_broker_client_of_ours_makes_topics() -> None:
    brokers = [given for module in SERVING for name, given in made(module) if name == "KafkaBroker"]
    assert [given.get("consumer_only") for given in brokers] == ["True"]


def test_a_subscriber_made_elsewhere_is_found() -> None:
    assert made(parsed("services.review.api", "@broker.subscriber('pip.intake')\nasync def hear(): ...")) == [
        ("subscriber", {})
    ]
