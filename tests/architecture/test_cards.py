import ast
from collections.abc import Iterator

import pytest

from shared.contracts.topics import topics
from tests.support.built import app_of, card, events_of, operations_of, subscriptions_of
from tests.support.source import SERVICES, Module, modules, parsed

TO_PARTNERS = {"member_shared": "MemberShared", "sharing_ended": "SharingEnded"}


def published(module: Module, contracts: str, names: set[str]) -> Iterator[str]:
    """Which messages of its own contracts a domain module makes: called, or handed to the function that fills them."""
    direct, aliases = _bound(module, contracts)
    for call in (node for node in ast.walk(module.tree) if isinstance(node, ast.Call)):
        for part in (call.func, *call.args):
            match part:
                case ast.Name(id=name) if name in direct & names:
                    yield name
                case ast.Attribute(value=ast.Name(id=alias), attr=name) if alias in aliases and name in names:
                    yield name


def _bound(module: Module, contracts: str) -> tuple[set[str], set[str]]:
    """The names that a module takes from a contract module, and its names for the contract module itself."""
    package, _, last = contracts.rpartition(".")
    direct: set[str] = set()
    aliases: set[str] = set()
    for node in (node for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom)):
        direct |= {alias.name for alias in node.names if node.module == contracts}
        aliases |= {alias.asname or alias.name for alias in node.names if (node.module, alias.name) == (package, last)}
    return direct, aliases


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_owns_what_its_card_lists(service: str) -> None:
    owns = card(service).OWNS
    assert sorted(owns) == sorted(operations_of(app_of(service)).aggregates)
    assert all(
        aggregate.decider.source == f"/{service}/{name}"
        for name, aggregate in operations_of(app_of(service)).aggregates.items()
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_consumes_what_its_card_lists(service: str) -> None:
    assert sorted(card(service).SUBSCRIPTIONS) == sorted(event.__name__ for event in subscriptions_of(service))
    assert operations_of(app_of(service)).subscriptions is subscriptions_of(service)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_publishes_what_its_card_lists(service: str) -> None:
    contracts = f"shared.contracts.{service}"
    names = set(events_of(service)) | (set(TO_PARTNERS) if service == "mra_exchange" else set())
    found = {name for module in modules(f"services/{service}/domain") for name in published(module, contracts, names)}
    assert sorted(card(service).PUBLISHES) == sorted(TO_PARTNERS.get(name, name) for name in found)


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_publishes_has_a_topic_of_its_own(service: str) -> None:
    assert set(card(service).PUBLISHES) <= {
        event for topic in topics() if topic.publisher == service for event in topic.events
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_card_opens_with_the_services_name(service: str) -> None:
    assert (card(service).__doc__ or "").startswith(f"{service}: ")


@pytest.mark.parametrize(
    "text",
    [
        "from shared.contracts.review import CaseClosed\nCaseClosed(at=1)",
        "from shared.contracts import review\nreview.CaseClosed(at=1)",
        "from shared.contracts import review as contract\nnoted(contract.CaseClosed, 1)",
    ],
)
def test_what_is_published_is_found(text: str) -> None:
    assert list(published(parsed("services.review.domain.case", text), "shared.contracts.review", {"CaseClosed"})) == [
        "CaseClosed"
    ]


def test_a_fact_of_the_same_name_is_not_published() -> None:
    text = "class CaseClosed(Fact): ...\nCaseClosed(at=1)"
    assert not list(published(parsed("services.review.domain.case", text), "shared.contracts.review", {"CaseClosed"}))
