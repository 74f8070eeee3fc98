"""The tables of the programme say what the code does: words, statuses, fields, subscriptions, commands, codes, points."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from inspect import getsource
from textwrap import dedent
from typing import Any, get_args

import pytest

from services.risk.catalogue import policies
from shared.contracts import mra_exchange, site_validation, types
from shared.contracts.catalogue import load as load_catalogue
from shared.contracts.envelope import Origin, to_partner
from shared.contracts.event import Outgoing
from shared.contracts.pip_id import pip_id
from shared.decider import Command
from shared.http.problems import load as load_problems
from shared.model import Model
from tests.architecture.built import card, events_of, subscriptions_of
from tests.architecture.programme import coded, rows, section
from tests.architecture.source import SERVICES, Module, calls, modules, parsed
from tests.architecture.test_topics import addressed

WORDS: Mapping[str, Any] = {
    "line of business": types.LineOfBusiness,
    "administration": types.Administration,
    "stage, as the company reads it": types.Stage,
    "role in a company": types.CompanyRole,
    "ground of a denial": types.Ground,
    "reason of a pause": types.PauseCode,
    "verdict on an answer": types.Verdict,
    "risk outcome": types.RiskOutcome,
    "risk band": types.Band,
    "outcome of a site validation": types.ValidationOutcome,
    "state of a visit": types.VisitState,
    "kind of finding": site_validation.FindingKind,
    "state of a finding": site_validation.FindingState,
    "membership status": types.MembershipStatus,
    "status word for partners": mra_exchange.StatusWord,
}
AGGREGATES = {
    "3.1": ("intake", "services/intake/domain"),
    "3.2": ("review", "services/review/domain/case"),
    "3.3": ("review", "services/review/domain/membership"),
    "3.4": ("risk", "services/risk/domain"),
    "3.5": ("site_validation", "services/site_validation/domain"),
    "3.6": ("mra_exchange", "services/mra_exchange/domain"),
    "3.7": ("site_validation", "shared/programme"),
}
OF_APPLICATION = {"company_id", "application_id", "submission"}
CONFLICT = 409
CODE = re.compile(r"[a-z]+(?:_[a-z]+)*")
CLASS = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b")


# --- what the code has ----------------------------------------------------------------------------


def kinds(module: Module, *, of_commands: bool) -> Iterator[str]:
    """The commands of a module, or its facts: classes whose `kind` is their own name."""
    for node in ast.walk(module.tree):
        match node:
            case ast.ClassDef(name=name, bases=[ast.Name(id=base), *_], body=body) if _kind(body) == _snake(name):
                if base.endswith("Command") == of_commands:
                    yield name


def _kind(body: list[ast.stmt]) -> str | None:
    for statement in body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id="kind"), value=ast.Constant(value=str(kind))):
                return kind
    return None


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def named(aggregate: str, *, of_commands: bool) -> set[str]:
    """Every command of an aggregate, or every fact."""
    return {name for module in modules(AGGREGATES[aggregate][1]) for name in kinds(module, of_commands=of_commands)}


@cache
def messages() -> Mapping[str, type[Model]]:
    """Every message between services, by its name."""
    return {name: event for service in SERVICES if service != "mra_exchange" for name, event in _events(service)}


def _events(service: str) -> Iterable[tuple[str, type[Model]]]:
    return events_of(service).items()


def fields(model: type[Model]) -> list[str]:
    """The fields of a model as the tables write them: `name?` may be absent, `name[]` is a list."""
    return [
        (field.alias or name) + ("[]" if _is_list(field.annotation) else "" if _must_be(field) else "?")
        for name, field in model.model_fields.items()
    ]


def _is_list(annotation: Any) -> bool:
    return "tuple[" in str(annotation)


def _must_be(field: Any) -> bool:
    return field.is_required() or isinstance(field.default, str)


def commands_of(handler: Callable[..., Any]) -> set[str]:
    """The commands that a function of SUBSCRIPTIONS makes."""
    made = {
        node.func.id
        for node in ast.walk(ast.parse(dedent(getsource(handler))))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    kinds_of = {name: handler.__globals__.get(name) for name in made}
    return {name for name, kind in kinds_of.items() if isinstance(kind, type) and issubclass(kind, Command)}


def subscribed() -> set[tuple[str, str, str]]:
    """Which aggregate makes which command of which message."""
    return {
        (f"{service} {collection}", event.__name__, command)
        for service in SERVICES
        for event, handler in subscriptions_of(service).items()
        for collection in addressed(handler)
        for command in commands_of(handler)
    }


def admitted() -> set[str]:
    """The roles of tokens that some route admits."""
    return {
        argument.value
        for root in ("services", "shared")
        for module in modules(root)
        for name, call in calls(module)
        for argument in call.args
        if name == "allow" and isinstance(argument, ast.Constant)
    }


def statuses() -> dict[str, int]:
    """The codes of refusals that are no conflict, with their HTTP status."""
    problems = {code: sentence for service in SERVICES for code, sentence in _problems(service).items()}
    return {code: sentence.status for code, sentence in problems.items() if sentence.status != CONFLICT}


def _problems(service: str) -> Mapping[str, Any]:
    return load_problems(f"services.{service}")


# --- what the tables say --------------------------------------------------------------------------


def table_codes(text: str) -> set[str]:
    """The codes in the tables of a section."""
    return {word for row in rows(text) for cell in row for word in coded(cell) if CODE.fullmatch(word)}


def first_cells(text: str) -> set[str]:
    """Every word in the first cell of a row."""
    return {word for row in rows(text) for word in re.findall(r"\w+", row[0])}


def contract_rows(number: str) -> dict[str, list[str]]:
    """The fields of each type or message, by its name; several that share a row have the same fields."""
    return {name: coded(row[-1]) for row in rows(section(number)) for name in row[0].split(", ")}


# --- chapter 1 ------------------------------------------------------------------------------------


def test_every_list_of_words_is_that_of_the_code() -> None:
    listed = {row[0]: coded(row[1]) for row in rows(section("1.2"))}
    assert set(listed.pop("role in a token")) == admitted()
    assert listed == {name: list(get_args(words)) for name, words in WORDS.items()}


def test_every_status_beside_409_has_its_codes() -> None:
    listed = {row[0]: coded(row[1]) for row in rows(section("1.1")) if row[0].isdigit()}
    assert {code: int(status) for status, codes in listed.items() for code in codes} == statuses()


def test_the_golden_number_is_that_of_the_code() -> None:
    (row,) = (row for row in rows(section("1.1")) if row[0] == "golden value")
    company = re.findall(r"[\w-]{36}", row[1])[0]
    assert coded(row[1]) == [pip_id(company)]


# --- chapter 2 ------------------------------------------------------------------------------------


def test_every_type_has_the_fields_of_its_contract() -> None:
    contracts = [import_module(f"shared.contracts.{name}") for name in (*SERVICES, "types") if name != "mra_exchange"]
    for name, listed in contract_rows("2.2").items():
        models = [vars(module)[name] for module in contracts if name in vars(module)]
        assert models, name
        assert {tuple(listed)} == {tuple(fields(model)) for model in models}, name


def test_every_message_between_services_has_the_fields_of_its_contract() -> None:
    listed = contract_rows("2.3")
    assert set(listed) == set(messages())
    for name, event in messages().items():
        own = set(fields(event)) - OF_APPLICATION | ({"application_id"} if name.startswith("Membership") else set())
        assert set(listed[name]) == own, name


def test_a_type_that_a_table_refers_to_stands_in_the_table_of_types() -> None:
    types_used = {name for row in rows(section("2.2") + section("2.3")) for name in re.findall(r": ([A-Z]\w+)", row[-1])}
    assert types_used - set(contract_rows("2.2")) == set()


def test_a_partner_is_sent_these_elements_and_these_headers_alone() -> None:
    tables = rows(section("2.4"))
    origin = Origin("/mra_exchange/disclosures", "one", 1, import_module("shared.clock").now(), "cause", "cause")
    sent = to_partner(Outgoing(topic="pip.partner.us", key="pip", type="pip.MemberShared.v1", body=None, n=1), origin)
    assert [coded(row[0])[0] for row in tables if coded(row[0])] == [name for name, _ in sent]
    (record,) = (row for row in tables if row[0] == "MemberShared")
    assert [word for word in coded(record[1]) if word in mra_exchange.PartnerRecord.model_fields] == list(
        mra_exchange.PartnerRecord.model_fields
    )


def test_every_subscription_has_its_row() -> None:
    listed = {
        (aggregate, message, row[2])
        for row in rows(section("2.5"))
        for aggregate in row[0].split(", ")
        for message in row[1].split(", ")
    }
    assert listed == subscribed()


# --- chapter 3 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", AGGREGATES)
def test_every_command_has_its_row(number: str) -> None:
    commands = named(number, of_commands=True)
    assert commands
    assert commands - first_cells(section(number)) == set()


@pytest.mark.parametrize("number", AGGREGATES)
def test_every_fact_is_named_and_no_other(number: str) -> None:
    facts, text = named(number, of_commands=False), section(number)
    known = facts | named(number, of_commands=True) | set(messages()) | {"MemberShared", "SharingEnded"}
    assert facts - set(re.findall(r"\w+", text)) == set()
    assert set(CLASS.findall(text)) - known - {"StageChanged"} == set()


@pytest.mark.parametrize("number", AGGREGATES)
def test_every_code_in_a_table_is_one_of_the_service(number: str) -> None:
    assert table_codes(section(number)) - set(_problems(AGGREGATES[number][0])) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_every_code_of_a_service_is_named(service: str) -> None:
    own = set(_problems(service)) - {code for other in SERVICES if other != service for code in _problems(other)}
    texts = section("1.1") + "".join(section(number) for number, (kept_by, _) in AGGREGATES.items() if kept_by == service)
    assert own - set(coded(texts)) == set()


def test_the_points_of_risk_are_those_of_the_policy_in_force() -> None:
    policy = next(policy for policy in reversed(policies()) if policy.since)
    listed = {row[0]: row[1] for row in rows(section("3.4")) if row[1].partition(",")[0].isdigit()}
    assert listed == {rule.id: f"{rule.points}{', hard' if rule.hard else ''}" for rule in policy.rules}
    assert f"The policy {policy.version} is this." in section("3.4")
    begins = "low risk begins at {}, medium at {}, high at {}".format(*(band.since for band in policy.bands))
    assert begins in " ".join(section("3.4").split())


def test_the_benefits_are_those_of_the_catalogue() -> None:
    prose = [line for line in section("3.3").splitlines() if not line.startswith("|")]
    named_there = [word for word in coded("\n".join(prose)) if "_" in word and CODE.fullmatch(word)]
    assert named_there == [benefit.code for benefit in load_catalogue().benefits]


@pytest.mark.parametrize("service", SERVICES)
def test_every_aggregate_of_a_service_has_its_section(service: str) -> None:
    kept = {collection for aggregate, *_ in subscribed() for by, collection in [aggregate.split()] if by == service}
    assert kept == set(card(service).OWNS)


# --- the tests of the tests -----------------------------------------------------------------------

MODULE = parsed(
    "services.review.domain.case",
    'class Close(Command):\n    kind: Literal["close"] = "close"\n\n\n'
    'class CaseClosed(CaseFact):\n    kind: Literal["case_closed"] = "case_closed"\n\n\n'
    'class Package(Model):\n    kind: Literal["initial"] = "initial"\n',
)
TABLE = "| command | refused with |\n|---|---|\n| Close, twice | `case_closed` and () |\n\n`not_in_a_table`\n"


def test_a_command_and_a_fact_are_told_from_other_models() -> None:
    assert list(kinds(MODULE, of_commands=True)) == ["Close"]
    assert list(kinds(MODULE, of_commands=False)) == ["CaseClosed"]


def test_a_table_is_read_without_its_head() -> None:
    assert first_cells(TABLE) == {"Close", "twice"}
    assert table_codes(TABLE) == {"case_closed"}


def test_a_field_says_whether_it_is_a_list_or_may_be_absent() -> None:
    class Example(Model):
        name: str
        lines: tuple[str, ...]
        region: str | None = None
        kind: str = "initial"

    assert fields(Example) == ["name", "lines[]", "region?", "kind"]
