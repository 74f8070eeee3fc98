"""What the two source documents say that site validation builds, sentence by sentence (programme 6)."""

import pytest

from services.site_validation.domain import validation
from services.site_validation.domain.validation.concluding import ValidationConcluded
from services.site_validation.domain.validation.state import Open
from services.site_validation.views.companies import own_validation
from services.site_validation.views.validations import ValidationView, validation_view
from shared.contracts import catalogue
from shared.contracts.types import Band
from tests.support.builders.deciding import live, refusal
from tests.support.builders.site_validation import (
    OTHER_FINDING,
    PACKAGE,
    SOON,
    TODAY,
    VALIDATIONS,
    ask_another_day,
    collect_profile,
    confirm,
    move,
    note_review,
    note_risk,
    opened,
    plan,
    record_finding,
    validation_in,
    waive,
)

REQUIREMENTS = catalogue.load().requirements


def test_6_6_respond_truthfully() -> None:
    """The officer on site reads who attested that the answers are true."""
    view = validation_view(validation_in("open"), REQUIREMENTS, "https://intake.example", TODAY)
    assert isinstance(view, ValidationView)
    assert dict(view.attestation) == dict(PACKAGE.attestation)


def test_6_11_a_visit_is_arranged_with_you() -> None:
    """The company confirms or asks for another day; the officer has the last word."""
    for last_word in (move(), move(on=SOON)):
        arranged: tuple[validation.ValidationCommand, ...] = (plan(), ask_another_day(), last_word, confirm())
        state, _ = live(VALIDATIONS, arranged, opened("open"))
        assert isinstance(state, Open)
        assert [(visit.on, visit.state) for visit in state.visits] == [(last_word.on, "confirmed")]


def test_6_12_a_visit_verifies_the_profile() -> None:
    """The officer has every answer and document at hand, and finds something of one requirement at one division."""
    held, at_hand = opened("held"), {"divisions", "documents"}
    assert held.package.model_dump(include=at_hand) == PACKAGE.model_dump(include=at_hand)
    [division, *_] = PACKAGE.divisions
    for answer in division.answers:
        assert refusal(VALIDATIONS, record_finding(OTHER_FINDING, requirement_id=answer.requirement_id), held) == ""


def test_6_16_improvements_are_suggested_to_the_company() -> None:
    """The text of a finding reaches the company, its note stays inside."""
    state, _ = live(
        VALIDATIONS,
        [record_finding(kind="recommendation", text="Light the gate at night.", note="Third time.")],
        opened("held"),
    )
    assert isinstance(state, Open)
    shown = own_validation(state, REQUIREMENTS).model_dump_json()
    assert "Light the gate at night." in shown
    assert "Third time." not in shown


@pytest.mark.parametrize(("band", "code"), [("low", ""), ("medium", "waiver_needs_low_risk")])
def test_6_17_all_members_undergo_a_validation_that_may_be_waived_where_the_risk_is_low(band: Band, code: str) -> None:
    """A waiver is a decision officer's, at band low, with a reason."""
    state, _ = live(VALIDATIONS, (collect_profile(), note_review(), note_risk(band=band)))
    assert refusal(VALIDATIONS, waive(), state) == code
    assert refusal(VALIDATIONS, waive(reason=None), state) == (code or "reason_required")


def test_6_17_a_waiver_gives_its_reason() -> None:
    waived = ValidationConcluded(
        outcome="waived", concluded_on=TODAY, reason="Visited last year under another programme."
    )
    assert VALIDATIONS.decide(waive(), validation_in("open")) == (waived,)
