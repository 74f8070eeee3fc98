"""The tables of the programme say what the code does: words, fields, subscriptions, commands, facts and codes."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any, get_args

import pytest

from shared.clock import now
from shared.contracts import catalogue, mra_exchange, site_validation, types
from shared.contracts.catalogue import load as load_catalogue
from shared.contracts.envelope import Origin, to_partner
from shared.contracts.event import Outgoing
from shared.model import Model
from shared.programme.roles import Role
from shared.programme.team import EARLIER
from tests.architecture import programme
from tests.architecture.declared import (
    commands,
    facts,
    fields,
    kinds,
    messages,
    problems_of,
    statuses,
    subscribed,
)
from tests.architecture.programme import coded, rows
from tests.support.built import card
from tests.support.source import SERVICES, parsed

VOCABULARIES: Mapping[str, Any] = {
    "line of business": types.LineOfBusiness,
    "mode of transport, one for each line that is a carrier": types.Mode,
    "answer that a question asks for": catalogue.AnswerKind,
    "scope of a kind of document": catalogue.Scope,
    "administration": types.Administration,
    "stage, as the company reads it": types.Stage,
    "role in a company": types.CompanyRole,
    "role in a token": Role,
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
AGGREGATES = {  # the service that refuses, and where commands and facts are declared
    "3.1": ("intake", "services/intake/domain"),
    "3.2": ("review", "services/review/domain/case"),
    "3.3": ("review", "services/review/domain/membership"),
    "3.4": ("risk", "services/risk/domain"),
    "3.5": ("site_validation", "services/site_validation/domain"),
    "3.6": ("mra_exchange", "services/mra_exchange/domain"),
    "3.7": ("site_validation", "shared/programme"),
}
OF_EVERY_APPLICATION = {"company_id", "application_id", "submission"}
TO_PARTNERS = {"MemberShared", "SharingEnded"}
CODE = re.compile(r"[a-z]+(?:_[a-z]+)*")
CLASS = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b")


def table_codes(text: str) -> set[str]:
    """The codes in the tables of a section."""
    return {term for row in rows(text) for cell in row for term in coded(cell) if CODE.fullmatch(term)}


def first_cells(text: str) -> set[str]:
    """Every word in the first cell of a row."""
    return {term for row in rows(text) for term in re.findall(r"\w+", row[0])}


def fields_by_name(number: str) -> dict[str, list[str]]:
    """The fields of each type or message; several that share a row have the same."""
    return {name: coded(row[-1]) for row in rows(programme.section(number)) for name in row[0].split(", ")}


# --- chapter 1 ------------------------------------------------------------------------------------


def test_every_list_of_words_is_that_of_the_code() -> None:
    listed = {row[0]: coded(row[1]) for row in rows(programme.section("1.2"))}
    assert listed == {name: list(get_args(vocabulary)) for name, vocabulary in VOCABULARIES.items()}


def test_every_status_beside_409_has_its_codes() -> None:
    listed = {row[0]: coded(row[1]) for row in rows(programme.section("1.1")) if row[0].isdigit()}
    assert {code: int(status) for status, codes in listed.items() for code in codes} == statuses()


# --- chapter 2 ------------------------------------------------------------------------------------


def test_every_type_has_the_fields_of_its_contract() -> None:
    contracts = [import_module(f"shared.contracts.{name}") for name in ("types", "intake", "review", "risk")]
    for name, listed in fields_by_name("2.2").items():
        models = {vars(module)[name] for module in (*contracts, site_validation) if name in vars(module)}
        assert [fields(model) for model in models] == [listed], name


def test_every_message_between_services_has_the_fields_of_its_contract() -> None:
    listed = fields_by_name("2.3")
    assert set(listed) == set(messages())
    for name, event in messages().items():
        left_out = OF_EVERY_APPLICATION - ({"application_id"} if name.startswith("Membership") else set())
        assert set(listed[name]) == set(fields(event)) - left_out, name


def test_a_type_that_a_field_has_stands_in_the_table_of_types() -> None:
    cells = [row[-1] for row in rows(programme.section("2.2") + programme.section("2.3"))]
    assert {name for cell in cells for name in re.findall(r": ([A-Z]\w+)", cell)} - set(fields_by_name("2.2")) == set()


def test_a_partner_is_sent_these_headers_and_no_others() -> None:
    message = Outgoing(topic="pip.partner.us", key="pip", type="pip.MemberShared.v1", body=None, n=1)
    headers = to_partner(message, Origin("/mra_exchange/disclosures", "one", 1, now(), "cause", "cause"))
    assert [term for row in rows(programme.section("2.4")) for term in coded(row[0])] == [name for name, _ in headers]


def test_a_partner_is_sent_these_elements_and_no_others() -> None:
    (record,) = (row[1] for row in rows(programme.section("2.4")) if row[0] == "MemberShared")
    outside_parentheses = re.sub(r"\([^)]*\)", "", record)
    assert coded(outside_parentheses) == list(mra_exchange.PartnerRecord.model_fields)


def test_every_subscription_has_its_row() -> None:
    listed = {
        (aggregate, message, row[2])
        for row in rows(programme.section("2.5"))
        for aggregate in row[0].split(", ")
        for message in row[1].split(", ")
    }
    assert listed == subscribed()


# --- chapter 3 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", AGGREGATES)
def test_every_command_has_its_row(number: str) -> None:
    declared = commands(AGGREGATES[number][1])
    assert declared
    assert declared - first_cells(programme.section(number)) == set()


@pytest.mark.parametrize("number", AGGREGATES)
def test_every_fact_is_named_and_nothing_that_is_not_there(number: str) -> None:
    folder, text = AGGREGATES[number][1], programme.section(number)
    known = facts(folder) | commands(folder) | set(messages()) | TO_PARTNERS
    assert facts(folder) - set(re.findall(r"\w+", text)) == set()
    assert set(CLASS.findall(text)) - known == set()


@pytest.mark.parametrize("number", AGGREGATES)
def test_every_code_in_a_table_is_one_of_the_service(number: str) -> None:
    assert table_codes(programme.section(number)) - set(problems_of(AGGREGATES[number][0])) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_every_code_of_a_service_is_named(service: str) -> None:
    others = {code for other in SERVICES if other != service for code in problems_of(other)}
    sections = ["1.1", *(number for number, (keeper, _) in AGGREGATES.items() if keeper == service)]
    named = {code for number in sections for code in coded(programme.section(number))}
    assert set(problems_of(service)) - others - named == set()


def test_every_aggregate_has_its_section() -> None:
    kept = {f"{service} {collection}" for service in SERVICES for collection in card(service).OWNS}
    assert kept == {aggregate for aggregate, *_ in subscribed()}
    assert len({collection.split()[1] for collection in kept} - {EARLIER}) == len(AGGREGATES)


def test_the_benefits_are_those_of_the_catalogue() -> None:
    prose = "\n".join(line for line in programme.section("3.3").splitlines() if not line.startswith("|"))
    benefits = [benefit.code for benefit in load_catalogue().benefits]
    assert [term for term in coded(prose) if CODE.fullmatch(term) and term not in problems_of("review")] == benefits


# --- the tests of the tests -----------------------------------------------------------------------

SEEDED: list[tuple[Callable[[], None], str, str, str]] = [
    (test_every_list_of_words_is_that_of_the_code, "1.2", "`rail_carrier` ", ""),
    (test_every_list_of_words_is_that_of_the_code, "1.2", "`operator`", "`auditor`"),
    (test_every_status_beside_409_has_its_codes, "1.1", "| 410 |", "| 409 |"),
    (test_every_status_beside_409_has_its_codes, "1.1", "`not_your_case`", ""),
    (test_every_type_has_the_fields_of_its_contract, "2.2", "`stopped_on?`", "`stopped_on`"),
    (test_every_type_has_the_fields_of_its_contract, "2.2", "| Benefit |", "| Entitlement |"),
    (test_every_message_between_services_has_the_fields_of_its_contract, "2.3", "`band` ", ""),
    (test_every_message_between_services_has_the_fields_of_its_contract, "2.3", "| ProgrammeLeft |", "| MemberLeft |"),
    (test_a_type_that_a_field_has_stands_in_the_table_of_types, "2.3", ": Clock", ": Watch"),
    (test_a_partner_is_sent_these_headers_and_no_others, "2.4", "| `ce_time` |", "| `ce_causationid` |"),
    (test_a_partner_is_sent_these_elements_and_no_others, "2.4", "`name` (", "`name` `contact` ("),
    (test_every_subscription_has_its_row, "2.5", "| review memberships | ProgrammeLeft | Leave |\n", ""),
    (test_every_subscription_has_its_row, "2.5", "| NoteStage |", "| NoteReturn |"),
    (partial(test_every_command_has_its_row, "3.1"), "3.1", "| Withdraw |", "| Retreat |"),
    (partial(test_every_fact_is_named_and_nothing_that_is_not_there, "3.2"), "3.2", "AnswerOverdue", "an answer"),
    (partial(test_every_fact_is_named_and_nothing_that_is_not_there, "3.5"), "3.5", "VisitHeld", "VisitHappened"),
    (partial(test_every_code_in_a_table_is_one_of_the_service, "3.4"), "3.4", "`already_decided`", "`too_late`"),
    (partial(test_every_code_of_a_service_is_named, "review"), "3.2", "`must_not_met` ", ""),
    (test_the_benefits_are_those_of_the_catalogue, "3.3", "`programme_mark` ", ""),
]


@pytest.mark.parametrize(("check", "number", "true", "wrong"), SEEDED, ids=[true for _, _, true, _ in SEEDED])
def test_a_wrong_table_is_found(
    check: Callable[[], None], number: str, true: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programme, "section", programme.seeded(number, true, wrong))
    with pytest.raises(AssertionError):
        check()


def test_a_command_and_a_fact_are_distinguished_from_other_models() -> None:
    module = parsed(
        "services.review.domain.case",
        'class Close(Command):\n    kind: Literal["close"] = "close"\n\n\n'
        'class CaseClosed(CaseFact):\n    kind: Literal["case_closed"] = "case_closed"\n\n\n'
        'class Package(Model):\n    kind: Literal["initial"] = "initial"\n',
    )
    assert list(kinds(module, of_commands=True)) == ["Close"]
    assert list(kinds(module, of_commands=False)) == ["CaseClosed"]


def test_a_field_shows_whether_it_is_a_list_or_may_be_absent() -> None:
    class Example(Model):
        name: str
        lines: tuple[str, ...]
        region: str | None = None
        kind: str = "initial"

    assert fields(Example) == ["name", "lines[]", "region?", "kind"]
