"""The reference data: complete, in both languages, and true to the programme."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest
import yaml
from pydantic import ValidationError

from shared.contracts import types
from shared.contracts.catalogue import (
    Administration,
    Area,
    Catalogue,
    Labels,
    Level,
    Measure,
    Requirement,
    Scope,
    Section,
    binding,
    in_force,
    load,
    required_documents,
)
from shared.contracts.mra_exchange import PartnerRecord, StatusWord
from shared.contracts.types import MembershipStatus
from shared.i18n import Text

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("shared/contracts/catalogue/*.yaml"), *ROOT.glob("services/*/catalogue/*.yaml")])
LINES: tuple[types.LineOfBusiness, ...] = get_args(types.LineOfBusiness)
SEALING = {
    "highway_carrier",
    "rail_carrier",
    "marine_carrier",
    "importer",
    "exporter",
    "warehouse_operator",
    "freight_forwarder",
}


def texts(part: Any) -> Iterator[dict[str, str]]:
    """Every pair of languages below a part of a file."""
    if isinstance(part, dict) and {"en", "fr"} & part.keys():
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from texts(inner)


def bound_lines(requirement_id: str) -> set[str]:
    return {line for line in LINES if requirement_id in {each.id for each in binding(load(), [line])}}


def with_arrangement(since: date, until: date | None) -> Catalogue:
    period = {"from": since, "until": until}
    partner = Administration.model_validate(
        {
            "code": "US",
            "name": {"en": "A", "fr": "B"},
            "programme": "P",
            "in_force": period,
            "source": "S",
            "tag": "official",
        },
    )
    return load().model_copy(update={"administrations": (partner,)})


def test_there_are_files_to_read() -> None:
    assert len(FILES) >= 8


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_text_is_there_in_both_languages_and_differs(file: Path) -> None:
    pairs = list(texts(yaml.safe_load(file.read_text("utf-8"))))
    assert pairs or file.stem == "notices"  # which are of those who run the programme
    for pair in pairs:
        read = Text.model_validate(pair, extra="ignore")
        assert read.en != read.fr
        assert [*fields(read.en)] == [*fields(read.fr)]


def fields(template: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name)


def test_each_benefit_is_of_a_code_of_its_own() -> None:
    assert [benefit.code for benefit in load().benefits] == [
        "reduced_examinations",
        "mutual_recognition",
        "programme_mark",
        "security_advice",
        "fast_eligibility",
        "low_value_shipment_eligibility",
    ]


def test_ids_are_unique() -> None:
    catalogue = load()
    for ids in (
        [each.id for each in catalogue.requirements],
        [each.id for each in catalogue.documents.kinds],
        [each.id for each in catalogue.lines_of_business],
        [each.code for each in catalogue.administrations],
    ):
        assert len(ids) == len(set(ids))


def test_the_ten_lines_are_described_and_four_of_them_carry() -> None:
    catalogue = load()
    assert tuple(line.id for line in catalogue.lines_of_business) == LINES
    assert {line.id for line in catalogue.lines_of_business if line.carrier} == {
        line for line in LINES if line.endswith("_carrier")
    }


def test_there_are_enough_requirements_in_every_area() -> None:
    requirements = load().requirements
    assert len(requirements) >= 44
    assert {each.area for each in requirements} == set(get_args(Area))
    assert {each.level for each in requirements} == set(get_args(Level))


@pytest.mark.parametrize("line", LINES)
def test_every_line_is_bound_in_all_four_areas(line: types.LineOfBusiness) -> None:
    bound = binding(load(), [line])
    assert len(bound) >= 12
    assert {each.area for each in bound} == set(get_args(Area))


@pytest.mark.parametrize(
    ("requirement", "lines"),
    [
        ("CC-03", {"highway_carrier"}),
        (
            "CC-04",
            {
                "highway_carrier",
                "rail_carrier",
                "marine_carrier",
                "exporter",
                "warehouse_operator",
                "freight_forwarder",
            },
        ),
        ("CC-05", {"rail_carrier"}),
        ("CC-06", {"marine_carrier"}),
        ("CC-07", {"air_carrier"}),
        ("CC-08", SEALING),
        ("CC-09", SEALING),
        ("CC-21", {"shipping_agent", "customs_broker"}),
        ("CC-22", {"importer", "warehouse_operator"}),
        ("CS-01", set(LINES)),
    ],
)
def test_a_requirement_binds_the_lines_that_can_meet_it(requirement: str, lines: set[str]) -> None:
    assert bound_lines(requirement) == lines


def test_two_lines_are_bound_by_what_binds_either_and_once() -> None:
    both = [each.id for each in binding(load(), ["importer", "air_carrier"])]
    either = {each.id for line in ("importer", "air_carrier") for each in binding(load(), [line])}
    assert len(both) == len(set(both))
    assert set(both) == either


def test_each_company_has_documents_to_provide() -> None:
    for line in LINES:
        assert len(required_documents(load(), [line], "CA")) >= 5


@pytest.mark.parametrize(
    ("line", "country", "kind", "required"),
    [
        ("highway_carrier", "CA", "seal_procedure", True),
        ("air_carrier", "CA", "seal_procedure", False),
        ("highway_carrier", "US", "carrier_code_confirmation", True),
        ("highway_carrier", "CA", "carrier_code_confirmation", False),
        ("importer", "US", "importer_registration", True),
        ("customs_broker", "CA", "site_plan", False),
    ],
)
def test_a_document_is_required_by_line_and_country(
    line: types.LineOfBusiness, country: str, kind: str, *, required: bool
) -> None:
    assert (kind in {each.id for each in required_documents(load(), [line], country)}) == required


def test_what_divisions_and_lines_need_is_of_their_scope_and_a_new_owner_proves_authority_anew() -> None:
    scopes = {scope: {kind.id for kind in load().documents.kinds if kind.scope == scope} for scope in get_args(Scope)}
    assert scopes["division"] == {"site_plan"}
    of_lines = {"carrier_code_confirmation", "importer_registration", "customs_broker_licence"}
    assert scopes["line_of_business"] == of_lines
    assert [kind.id for kind in load().documents.kinds if kind.of_owner] == ["signing_authority"]


def test_each_question_is_asked_once_and_one_that_follows_follows_a_number() -> None:
    questions = {question.id: question for question in load().questions}
    assert len(questions) == len(load().questions) == 10
    assert {questions[question.follows].kind for question in questions.values() if question.follows} == {"count"}
    assert {question.kind for question in questions.values() if question.adverse} == {"yes_no"}


def test_a_mode_of_transport_belongs_to_each_carriers_line() -> None:
    assert {line.id for line in load().lines_of_business if line.carrier} == types.MODES.keys()
    assert {*types.MODES.values()} == {*get_args(types.Mode)} == {*types.CarrierCodes.model_fields}


@pytest.mark.parametrize("kind", ["evidence", "finding_response"])
def test_evidence_may_be_uploaded_and_is_never_required(kind: str) -> None:
    assert kind in {each.id for each in load().documents.kinds}
    for country in ("CA", "US"):
        assert kind not in {each.id for each in required_documents(load(), LINES, country)}


def test_the_limits_of_files() -> None:
    documents = load().documents
    assert (documents.max_file_bytes, documents.max_files, len(documents.media_types)) == (25_000_000, 500, 5)


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (date(2008, 5, 31), set()),
        (date(2008, 6, 1), {"US"}),
        (date(2025, 7, 31), set(get_args(types.Administration)) - {"EU"}),
        (date(2025, 8, 1), set(get_args(types.Administration))),
    ],
)
def test_the_arrangements_in_force_on_a_day(day: date, codes: set[str]) -> None:
    assert in_force(load(), day) == codes


def test_an_arrangement_ends_with_the_day_before_until() -> None:
    catalogue = with_arrangement(date(2020, 1, 1), date(2021, 1, 1))
    assert in_force(catalogue, date(2020, 12, 31)) == {"US"}
    assert in_force(catalogue, date(2021, 1, 1)) == set()


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("areas", get_args(Area)),
        ("measures", get_args(Measure)),
        ("levels", get_args(Level)),
        ("sections", get_args(Section)),
        ("roles", get_args(types.CompanyRole)),
        ("stages", get_args(types.Stage)),
        ("grounds", get_args(types.Ground)),
        ("pauses", get_args(types.PauseCode)),
        ("memberships", get_args(MembershipStatus)),
        ("partner_statuses", get_args(StatusWord)),
        ("elements", tuple(PartnerRecord.model_fields)),
    ],
)
def test_every_word_has_a_label(group: str, codes: tuple[str, ...]) -> None:
    assert tuple(getattr(load().labels, group)) == codes


def test_every_group_of_labels_is_looked_at() -> None:
    assert len(Labels.model_fields) == 11


def test_the_version_is_the_edition_and_a_digest_of_every_file() -> None:
    contents = b"".join(file.read_bytes() for file in FILES if "contracts" in file.parts)
    assert load().version == f"2026-12-{sha256(contents).hexdigest()[:8]}"


def test_an_unknown_line_of_business_is_refused() -> None:
    known = load().requirements[0].model_dump()
    assert Requirement.model_validate(known)
    with pytest.raises(ValidationError):
        Requirement.model_validate(known | {"lines": ["smuggler"]})
