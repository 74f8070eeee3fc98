"""What officers see of an assessment."""

import pytest

from services.risk.domain.assessment import Absent, Decision
from services.risk.views import assessment_view
from shared.errors import Refused
from tests.support.samples_risk import AT, LIVES, assessment_in, declared


@pytest.mark.parametrize(
    ("life", "name", "weighed", "scored", "decided"),
    [
        ("collecting", "Boreal Drayage Ltd.", True, False, False),
        ("reviewed", None, False, False, False),
        ("referred", "Boreal Drayage Ltd.", True, True, False),
        ("assessed", "Boreal Drayage Ltd.", True, True, True),
        ("closed", None, False, False, False),
    ],
)
def test_an_officer_sees_what_is_known_in_each_status(life: str, name: str | None, *, weighed: bool, scored: bool, decided: bool) -> None:
    view = assessment_view(assessment_in(life))
    assert (view.legal_name, view.declared is not None, view.score is not None, view.decision is not None) == (
        name,
        weighed,
        scored,
        decided,
    )


def test_an_officer_sees_what_was_declared_which_rules_held_and_what_was_decided() -> None:
    view = assessment_view(assessment_in("decided"))
    assert view.declared == declared(crown_debt=True)
    assert view.score is not None
    assert [(hit.rule_id, hit.points) for hit in view.score.rules] == [("crown_debt", 30)]
    assert view.decision == Decision(outcome="acceptable", decided_by="officer", reason="The debt was paid in January.", decided_at=AT)


@pytest.mark.parametrize("life", [life for life in LIVES if life != "absent"])
def test_a_view_is_json(life: str) -> None:
    view = assessment_view(assessment_in(life))
    assert type(view).model_validate_json(view.model_dump_json()) == view


def test_an_application_that_nobody_told_of_is_not_found() -> None:
    with pytest.raises(Refused, match="not_found"):
        assessment_view(Absent())
