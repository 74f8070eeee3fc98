import ast
from collections.abc import Iterable, Iterator

import pytest
import yaml

from shared.http.problems import load
from tests.support.source import ROOT, SERVICES, Module, calls, modules, parsed, texts

KERNEL = "shared"


def refused(module: Module) -> Iterator[str]:
    """The codes with which a module refuses, be it by a rule of a model (ValueError)."""
    for name, call in calls(module):
        match call.args:
            case [ast.Constant(str(code)), *_] if name in {"Refused", "ValueError"}:
                yield code


def sources(service: str) -> list[Module]:
    """Modules that can refuse in a service: its own and the kernel's; in intake also contracts that people fill in."""
    kernel = [
        module for module in modules(KERNEL) if service == "intake" or not module.name.startswith("shared.contracts")
    ]
    return [*modules(f"services/{service}"), *kernel]


def declared(root: str) -> dict[str, dict[str, str]]:
    """The codes of one problems.yaml, as they stand."""
    path = ROOT / root / ("http/problems.yaml" if root == KERNEL else "catalogue/problems.yaml")
    read: dict[str, dict[str, str]] = yaml.safe_load(path.read_text("utf-8")) or {}
    return read


def unused(codes: Iterable[str], among: Iterable[Module]) -> set[str]:
    """Codes that stand in none of these modules as a word."""
    return set(codes) - {text for module in among for text in texts(module)}


@pytest.mark.parametrize("service", SERVICES)
def test_every_refusal_has_its_sentences(service: str) -> None:
    raised = {code for module in sources(service) for code in refused(module)}
    assert raised - set(load(f"services.{service}")) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_every_sentence_belongs_to_a_refusal(service: str) -> None:
    assert unused(declared(f"services/{service}"), sources(service)) == set()


def test_every_sentence_of_the_kernel_belongs_to_a_refusal() -> None:
    assert unused(declared(KERNEL), modules(KERNEL)) == set()


@pytest.mark.parametrize("root", [KERNEL, *(f"services/{service}" for service in SERVICES)])
def test_both_languages_are_there_and_differ(root: str) -> None:
    assert [
        code
        for code, sentence in declared(root).items()
        if len({sentence["en"].strip(), sentence["fr"].strip(), ""}) < 3
    ] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_does_not_repeat_the_kernel(service: str) -> None:
    assert set(declared(f"services/{service}")) & set(declared(KERNEL)) == set()


def test_a_refusal_is_found() -> None:
    assert list(refused(parsed("services.review.api", 'raise Refused("not_known", field="x")'))) == ["not_known"]


def test_a_sentence_without_a_refusal_is_found() -> None:
    assert unused(["raised", "never_raised"], [parsed("services.review.api", 'Refused("raised")')]) == {"never_raised"}
