"""Every fault of a form leads to its field: by what validation names, and by what rules name."""

import ast
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake.api.forms import (
    AnswerForm,
    ProfileForm,
    SiteForm,
    StatementForm,
    SubmissionForm,
    SuccessorForm,
    UserForm,
)
from services.site_validation.api.forms import ResponseForm
from shared.errors import Refused
from shared.model import Model
from shared.pages.faults import MOST_FAULTS, WHOLE, faults_of, faults_of_refusal, known_of
from shared.pages.fields import Given, fields_of, validated
from tests.support.builders.bodies import bodies, body, read_as
from tests.support.source import SERVICES, calls, modules

KINDS = {kind.__name__: kind for kind in bodies().values()}
JUNK = st.sampled_from(["", " ", "?", "x" * 5_000, "\u202e", "-1", "2999-01-01", "nowhere@", "ZZ"])
PARTICULARS = {"legal_name": ("Boreal",), "business_number": ("910000017",), "address.lines": ("1 Dock Road",)}
ADDRESS = {**PARTICULARS, "address.city": ("Guelph",), "address.country": ("CA",)}
ABROAD = {**ADDRESS, "address.country": ("NZ",)}
PROOF = {"text": ("Done.",), "documents.2.document_id": ("00000000-0000-4000-8000-000000000001",)}
NOT_ON_A_FORM = {
    "administration": "in the path",
    "after": "in a query",
    "header.Range": "of a download",
    "policy": "in the path",
    "question_id": "in the path",
    "requirement_id": "in the path of an answer",
}


def found(fields: Given, kind: type[Model], types: Mapping[str, Any] | None = None) -> Mapping[str, str]:
    """What is wrong with these fields, if anything is."""
    try:
        validated(fields, kind, types)
    except ValidationError as invalid:
        return faults_of(invalid, fields, kind, types)
    return {}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
@settings(max_examples=15)
@given(data=st.data())
def test_whatever_is_wrong_leads_to_a_field_of_the_form(kind: type[Model], data: st.DataObject) -> None:
    sound = data.draw(body(kind))
    fields = dict(fields_of(sound))
    wrong = data.draw(st.dictionaries(st.sampled_from([*known_of(kind), *fields]), st.tuples(JUNK), min_size=1))
    sent = {**fields, **wrong}
    assert found(sent, kind, read_as(sound)).keys() <= known_of(kind).keys() | sent.keys()


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        (ProfileForm, ADDRESS, {"address.region": "region_and_postal_code_required"}),
        (ProfileForm, {**ABROAD, "contact.name": ("Sam",)}, {"contact.title": "contact_incomplete"}),
        (ProfileForm, {**ABROAD, "address.lines": ("", "\u202e")}, {"address.lines": "characters_not_allowed"}),
        (ProfileForm, {**ABROAD, "lines_of_business": ("importer", "ox")}, {"lines_of_business": "literal_error"}),
        (
            ProfileForm,
            {**ABROAD, "carrier_codes.rail.bonded": ("true",)},
            {"carrier_codes.rail.code": "missing"},
        ),
        (ProfileForm, {**ABROAD, "legal_name": ()}, {"legal_name": "missing"}),
        (AnswerForm, {"value": ("2026-02-30",)}, {"value": "date_from_datetime_parsing"}),
        (ProfileForm, {**ABROAD, "address.country": ()}, {"address.country": "not_chosen"}),
        (SuccessorForm, {}, {"urn": "not_chosen"}),
        (UserForm, {}, {"urn": "missing", "role": "not_chosen"}),
        (SiteForm, {"lines_of_business": ("",)}, {"lines_of_business": "too_short"}),
        (AnswerForm, {}, {"value": "missing"}),
        (
            StatementForm,
            {"response": ("described",), "text": ("Yes.",), "evidence": ("x",)},
            {"evidence": "uuid_parsing"},
        ),
        (SubmissionForm, {"attests_truth": ("maybe",)}, {"attests_truth": "bool_type"}),
        (SubmissionForm, {"attests_truth": ("false",)}, {"attests_truth": "attestation_required"}),
        (
            ResponseForm,
            {**PROOF, "documents.0.sha256": ("",), "documents.2.sha256": ("",)},
            {"documents.2.sha256": "missing"},
        ),
    ],
)
def test_a_fault_of_each_kind_leads_to_its_own_field(
    kind: type[Model], fields: Given, expected: Mapping[str, str]
) -> None:
    assert expected.items() <= found(fields, kind).items()


def test_what_is_declared_is_no_fault_beside_others() -> None:
    assert "attests_truth" not in found({"attests_truth": ("false", "true")}, SubmissionForm)


def test_what_is_read_as_a_choice_is_one() -> None:
    assert found({}, AnswerForm, {"value": bool}) == {"value": "not_chosen"}


def test_faults_stand_in_the_order_of_the_fields() -> None:
    assert [*found({}, ProfileForm)] == [
        "legal_name",
        "address.lines",
        "address.city",
        "address.country",
        "business_number",
    ]


def test_of_very_many_faults_some_are_shown() -> None:
    fields = {f"documents.{number}.document_id": ("x",) for number in range(1_000)}
    assert 1 < len(found(fields, ResponseForm)) <= MOST_FAULTS


@pytest.mark.parametrize(
    ("refused", "expected"),
    [
        (Refused("courier_not_a_carrier", field="courier"), {"courier": "courier_not_a_carrier"}),
        (Refused("region_unknown", field="address.region"), {"address": "region_unknown"}),
        (Refused("package_too_large"), {WHOLE: "package_too_large"}),
        (Refused("administration_unknown", field="administration"), {WHOLE: "administration_unknown"}),
        (
            Refused("incomplete", details=[{"where": "profile/contact", "code": "field_required"}]),
            {WHOLE: "incomplete"},
        ),
        (
            Refused("incomplete", details=[{"where": "courier", "code": "field_required"}]),
            {WHOLE: "incomplete", "courier": "field_required"},
        ),
    ],
)
def test_a_refusal_leads_to_the_field_that_it_names_or_to_the_form(refused: Refused, expected: dict[str, str]) -> None:
    assert faults_of_refusal(refused, {"courier": ("true",), "address": ("",)}) == expected


def named_by_rules() -> set[str]:
    """Every field that a refusal names in the rules and endpoints of the services."""
    return {
        str(keyword.value.value)
        for service in SERVICES
        for folder in ("domain", "api", "views")
        for module in modules(f"services/{service}/{folder}")
        for name, call in calls(module)
        if name == "Refused"
        for keyword in call.keywords
        if keyword.arg == "field" and isinstance(keyword.value, ast.Constant)
    }


def test_every_field_that_a_rule_names_is_on_a_form() -> None:
    known = {name for kind in KINDS.values() for name in known_of(kind)}
    of_a_file = {"body", "Content-Type"}
    assert named_by_rules() - known - of_a_file == NOT_ON_A_FORM.keys() - known
