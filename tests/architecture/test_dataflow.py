import re

from shared.contracts.mra_exchange import PartnerRecord
from shared.contracts.topics import topics
from tests.architecture.declared import addressed
from tests.support.built import card, events_of, subscriptions_of
from tests.support.source import ROOT, SERVICES, imported, modules

PAGE = (ROOT / "docs" / "DATAFLOW.md").read_text("utf-8")
CLIENTS = ("httpx.", "requests.", "aiohttp.", "urllib3.", "urllib.request.", "http.client.", "socket.")
Row = tuple[str, str, str, str]


def rows(section: str) -> list[Row]:
    """The table of one section, without its head."""
    _, _, rest = PAGE.partition(f"## {section}\n")
    found: list[Row] = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", rest.partition("\n## ")[0], re.MULTILINE)
    return found[1:]


def arrows() -> set[tuple[str, str, str]]:
    """The arrows of the picture: from whom, by which topic, to whom."""
    drawn = re.findall(r"^    (\w+) -->\|(\S+)\| (.+)$", PAGE, re.MULTILINE)
    return {(by, topic, reader.partition("(")[0]) for by, topic, readers in drawn for reader in readers.split(" & ")}


def published(publisher: str, event: str) -> str:
    """The aggregate that publishes a message, and whether it does so yet."""
    source = events_of(publisher)[event].SOURCE.removeprefix("/").replace("/", " ")
    return source if event in card(publisher).PUBLISHES else f"{source}, not yet"


def listeners(event: str) -> str:
    """The aggregates that consume a message, by service."""
    subscriptions = [
        (service, handler)
        for service in SERVICES
        for kind, handler in subscriptions_of(service).items()
        if kind.__name__ == event
    ]
    return ", ".join(
        f"{service} {collection}" for service, handler in subscriptions for collection in sorted(addressed(handler))
    )


def test_the_picture_has_an_arrow_for_every_topic_and_reader() -> None:
    inside = {
        (topic.publisher, topic.name, reader) for topic in topics() if not topic.compacted for reader in topic.readers
    }
    assert arrows() == inside | {("mra_exchange", "pip.partner.code", "partner")}


def test_every_message_inside_has_its_row() -> None:
    inside = [(topic, event) for topic in topics() if not topic.compacted for event in topic.events]
    assert rows("Messages inside") == [
        (topic.name, event, published(topic.publisher, event), listeners(event)) for topic, event in inside
    ]


def test_every_message_to_partners_has_its_row() -> None:
    ended = {event for topic in topics() if topic.compacted for event in topic.events}
    assert {(topic, event, by) for topic, event, by, _ in rows("Messages to partners")} == {
        ("pip.partner.code", event, "mra_exchange disclosures") for event in ended
    }
    assert rows("Messages to partners")[0][-1] == ", ".join(PartnerRecord.model_fields)


def test_what_the_page_lists_as_refused_is_refused() -> None:
    readers = {topic.name: topic.readers for topic in topics()}
    assert "intake" not in readers["pip.risk"]
    assert "mra_exchange" not in readers["pip.application"]
    assert {topic.publisher for topic in topics() if topic.compacted} == {"mra_exchange"}
    assert all(topic.readers == (topic.name.removeprefix("pip."),) for topic in topics() if topic.compacted)


def test_no_service_calls_another() -> None:
    assert [
        module.name for module in modules("services") for name in imported(module) if f"{name}.".startswith(CLIENTS)
    ] == []
