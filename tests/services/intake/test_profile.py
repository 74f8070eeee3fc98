from typing import Any

import pytest

from services.intake.domain.company import CompanyCommand
from services.intake.domain.company.profile import CompanyRegistered, ProfileChanged, ProfileDeclared, section
from services.intake.domain.company.state import Absent, Numbers, Particulars, User
from shared.contracts.intake import CompanyProfileUpdated, CompanyUsersChanged
from tests.support.builders.deciding import refusal
from tests.support.builders.intake import (
    AT,
    COMPANIES,
    OWNER,
    REGISTRANT,
    change_contact,
    change_numbers,
    change_particulars,
    change_profile,
    company_after,
    company_in,
    draft,
    note_approval,
    note_denial,
    note_membership,
    note_stage,
    register,
    submit,
)
from tests.support.builders.packages import COMPANY, address, profile

ABROAD = address("1 Quay Street").model_copy(update={"country": "NZ"})
HERON_ROAD = address("77 Heron Road")
MOVE = change_profile(address=HERON_ROAD)


def test_the_registrant_becomes_the_account_owner_and_the_others_learn_of_it() -> None:
    after, facts = company_after([register(language="fr")])
    assert [type(fact) for fact in facts] == [CompanyRegistered]
    assert after.users == (User(subject=OWNER.subject, role="account_owner", **dict(REGISTRANT)),)
    assert (after.profile.language, after.attested_at) == ("fr", AT)
    outgoing = COMPANIES.publish(facts[0], after)
    assert outgoing is not None
    published = CompanyUsersChanged.read(outgoing.body or "")
    assert [(user.subject, user.role) for user in published.users] == [(OWNER.subject, "account_owner")]
    assert (outgoing.topic, outgoing.key) == ("pip.team", str(COMPANY))


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"address": ABROAD}, "country_not_eligible"), ({"attests_signing_authority": False}, "attestation_required")],
)
def test_a_registration_is_refused(changes: dict[str, object], code: str) -> None:
    assert refusal(COMPANIES, register(**changes), Absent()) == code


def test_registering_twice_changes_nothing() -> None:
    assert COMPANIES.decide(register(), company_in("registered")) == ()


def test_a_draft_replaces_the_working_profile_and_leaves_the_company() -> None:
    after, facts = company_after([change_profile(operating_name=None)], company_in("registered"))
    assert facts == (ProfileChanged(profile=draft(operating_name=None)),)
    assert after.profile.operating_name is None
    assert COMPANIES.publish(facts[0], after) is None


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        (change_particulars(), Particulars.model_fields.keys()),
        (change_numbers(), Numbers.model_fields.keys()),
        (change_contact(), {"contact"}),
    ],
)
def test_a_part_of_the_profile_leaves_the_others_as_they_are(part: CompanyCommand, changed: set[str]) -> None:
    other: dict[str, Any] = {"legal_name": "Boreal Ltd.", "language": "fr", "carrier_codes": {}, "contact": None}
    after, _ = company_after([change_profile(**other), part], company_in("registered"))
    assert after.profile == draft(**{name: value for name, value in other.items() if name not in changed})


def test_the_same_draft_again_changes_nothing() -> None:
    assert COMPANIES.decide(change_profile(), company_in("complete")) == ()


def test_no_draft_moves_the_company_out_of_canada_and_the_united_states() -> None:
    assert refusal(COMPANIES, change_profile(address=ABROAD), company_in("complete")) == "country_not_eligible"


def test_the_business_number_is_fixed_by_the_first_submission() -> None:
    other = change_profile(business_number="920000023")
    assert refusal(COMPANIES, other, company_in("complete")) == ""
    for life in ("under_review", "returned", "denied", "member", "withdrawing"):
        assert refusal(COMPANIES, other, company_in(life)) == "business_number_fixed"


def test_a_courier_enrols_as_a_carrier() -> None:
    assert company_after([change_profile(courier=True)], company_in("complete"))[0].profile.courier
    for lines in (("importer",), ()):
        elsewhere = change_profile(courier=True, lines_of_business=lines)
        assert refusal(COMPANIES, elsewhere, company_in("complete")) == "courier_not_a_carrier"


def lacking(**changes: object) -> list[str]:
    return [lack.where for lack in section(draft(**changes)).missing]


@pytest.mark.parametrize(
    ("codes", "lines", "missing"),
    [
        ({}, ("highway_carrier", "rail_carrier"), ["highway", "rail"]),
        ({"highway": {"code": "7BRL", "bonded": True}}, ("highway_carrier", "rail_carrier"), ["rail"]),
        ({"highway": {"code": "7BRL"}}, ("highway_carrier",), ["highway"]),
        ({"highway": {"code": "7BRL", "bonded": False}}, ("highway_carrier",), []),
        ({}, ("freight_forwarder",), []),
        ({"marine": {"code": "8BRL"}}, ("freight_forwarder",), ["marine"]),
        ({"marine": {"code": "8BRL", "bonded": True}}, ("freight_forwarder",), []),
    ],
)
def test_each_carriers_line_needs_the_code_of_its_mode_and_each_code_whether_it_is_bonded(
    codes: dict[str, object], lines: tuple[str, ...], missing: list[str]
) -> None:
    assert lacking(carrier_codes=codes, lines_of_business=lines) == [
        f"profile/carrier_codes/{mode}" for mode in missing
    ]


# --- the declared profile: the rule under programme 3.1 -------------------------------------------


def declared(*commands: CompanyCommand, life: str) -> list[ProfileDeclared]:
    _, facts = company_after(commands, company_in(life))
    return [fact for fact in facts if isinstance(fact, ProfileDeclared)]


def test_an_applicants_drafts_never_leave() -> None:
    assert declared(MOVE, life="registered") == []
    assert declared(MOVE, life="denied") == []


def test_a_submission_declares_the_profile_once() -> None:
    after, facts = company_after([submit()], company_in("complete"))
    outgoing = COMPANIES.publish(facts[-1], after)
    assert outgoing is not None
    published = CompanyProfileUpdated.read(outgoing.body or "")
    assert (published.revision, published.profile, published.declared_at) == (1, profile(), AT)


def test_another_submission_with_the_same_profile_declares_nothing() -> None:
    assert declared(submit(), life="denied") == []
    assert [fact.revision for fact in declared(MOVE, submit(), life="denied")] == [2]


@pytest.mark.parametrize("life", ["member", "suspended"])
def test_a_members_change_flows_at_once(life: str) -> None:
    flowed = declared(MOVE, life=life)
    assert [(fact.revision, fact.profile.address) for fact in flowed] == [(2, HERON_ROAD)]


def test_a_members_incomplete_profile_waits_until_it_is_complete_again() -> None:
    assert declared(change_profile(contact=None), life="member") == []
    flowed = declared(change_profile(contact=None), MOVE, life="member")
    assert [fact.profile.address for fact in flowed] == [HERON_ROAD]


def test_nothing_flows_after_the_end_of_the_membership() -> None:
    assert declared(MOVE, life="left") == []


def test_edits_saved_during_a_review_flow_when_it_ends_whichever_message_comes_first() -> None:
    approval, active = note_approval(), note_membership("active")
    assert declared(MOVE, life="under_review") == []
    assert declared(MOVE, active, life="under_review") == []
    for noted in ((approval, active), (active, approval)):
        assert [fact.revision for fact in declared(MOVE, *noted, life="under_review")] == [2]
    assert declared(MOVE, note_denial(), note_stage("denied"), life="under_review") == []
