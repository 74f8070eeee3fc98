from tests.support.source import calls, modules, parsed

TRANSACTIONS = {"start_session", "start_transaction", "with_transaction"}
SERVING = (*modules("shared"), *modules("services"))


def test_no_transaction_is_begun_on_the_database() -> None:
    assert [module.name for module in SERVING for name, _ in calls(module) if name in TRANSACTIONS] == []


def test_only_the_fenced_writer_begins_a_transaction_on_the_bus() -> None:
    assert [module.name for module in SERVING for name, _ in calls(module) if name == "begin_transaction"] == [
        "shared.bus.publishers"
    ]


def test_a_transaction_would_be_found() -> None:
    text = "async with await client.start_session() as session: ..."
    assert [name for name, _ in calls(parsed("shared.store.documents", text))] == ["start_session"]
