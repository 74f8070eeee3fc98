"""A validation begins with profile, review and acceptable risk of one submission, in any order; others can close it."""

from itertools import permutations

import pytest

from services.site_validation.domain import validation
from services.site_validation.domain.validation.collecting import (
    ProfileCollected,
    ReviewNoted,
    RiskNoted,
    ValidationOpened,
)
from services.site_validation.domain.validation.state import Absent, Collecting, Open, State
from tests.support.builders.deciding import live
from tests.support.builders.site_validation import (
    LIVES,
    OPENED,
    VALIDATIONS,
    close,
    collect_profile,
    kept_package,
    kept_review,
    kept_risk,
    note_review,
    note_risk,
    plan,
    reviewed,
    risk_assessed,
    small_package,
    validation_in,
)

STATUS = {
    "absent": "absent",
    "collecting": "collecting",
    "unacceptable": "collecting",
    "concluded": "concluded",
    "waived": "concluded",
    "closed": "closed",
}
CONSUMED = (collect_profile(), note_review(), note_risk(), close())


@pytest.mark.parametrize("life", LIVES)
def test_a_life_leads_to_its_status(life: str) -> None:
    assert validation_in(life).status == STATUS.get(life, "open")


@pytest.mark.parametrize(
    ("command", "fact"),
    [
        (collect_profile(), ProfileCollected(package=kept_package())),
        (note_review(), ReviewNoted(review=kept_review())),
        (note_risk(), RiskNoted(risk=kept_risk())),
    ],
)
def test_whatever_comes_first_is_noted(command: validation.ValidationCommand, fact: validation.ValidationFact) -> None:
    assert VALIDATIONS.decide(command, Absent()) == (fact,)


@pytest.mark.parametrize("consumed", list(permutations(OPENED)))
def test_the_third_of_three_opens_the_validation(consumed: tuple[validation.ValidationCommand, ...]) -> None:
    before, _ = live(VALIDATIONS, consumed[:2])
    facts = VALIDATIONS.decide(consumed[2], before)
    assert (before.status, facts[-1]) == ("collecting", ValidationOpened())


def test_an_open_validation_holds_what_the_officer_takes_to_the_site() -> None:
    state = validation_in("open")
    assert isinstance(state, Open)
    assert (state.package, state.review, state.risk) == (kept_package(), kept_review(), kept_risk())


def test_of_a_package_is_kept_what_a_visit_verifies() -> None:
    published, kept = small_package().model_dump(), kept_package().model_dump()
    assert published.keys() - kept.keys() == {"kind", "eligibility", "replies", "terms_version", "catalogue_version"}
    assert kept == {name: published[name] for name in kept} | {
        "profile": {name: published["profile"][name] for name in ("legal_name", "contact")}
    }


def test_of_a_review_the_judgements_of_answers_are_kept_and_of_risk_everything() -> None:
    published, kept = reviewed().model_dump(), kept_review().model_dump()
    assert published.keys() - kept.keys() == {"outcome", "documents", "concluded_at"}
    assert kept == {name: published[name] for name in kept}
    assert kept_risk().model_dump() == risk_assessed().model_dump()


def test_an_unacceptable_risk_is_noted_and_opens_nothing() -> None:
    facts = VALIDATIONS.decide(note_risk("unacceptable"), validation_in("collecting"))
    assert facts == (RiskNoted(risk=kept_risk("unacceptable")),)


@pytest.mark.parametrize("life", [life for life in LIVES if life not in {"absent", "closed"}])
@pytest.mark.parametrize("command", [collect_profile(2), note_review(2), note_risk(submission=2)])
def test_a_newer_submission_starts_over(command: validation.ValidationCommand, life: str) -> None:
    after, facts = live(VALIDATIONS, [command], validation_in(life))
    assert len(facts) == 1
    assert isinstance(after, Collecting)
    assert after.application.submission == 2
    assert [after.package, after.review, after.risk].count(None) == 2


@pytest.mark.parametrize("life", [life for life in LIVES if life not in {"absent", "closed"}])
@pytest.mark.parametrize("command", [collect_profile(1), note_review(1), note_risk(submission=1)])
def test_an_older_submission_is_nothing(command: validation.ValidationCommand, life: str) -> None:
    newer, _ = live(VALIDATIONS, [collect_profile(2)], validation_in(life))
    assert VALIDATIONS.decide(command, newer) == ()


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.parametrize("command", CONSUMED, ids=lambda command: command.kind)
def test_what_is_consumed_twice_counts_once(command: validation.ValidationCommand, life: str) -> None:
    once, _ = live(VALIDATIONS, [command], validation_in(life))
    assert VALIDATIONS.decide(command, once) == ()


def test_a_closed_validation_keeps_nothing_of_the_company_but_its_ids() -> None:
    assert set(validation_in("closed").model_dump()) == {"v", "status", "application"}


@pytest.mark.parametrize(
    "fact", [ProfileCollected(package=kept_package()), RiskNoted(risk=kept_risk()), ValidationOpened()]
)
def test_the_beginning_is_nobody_elses_business(fact: validation.ValidationFact) -> None:
    assert VALIDATIONS.publish(fact, validation_in("open")) is None


def test_visits_of_an_older_submission_are_left_behind() -> None:
    history: tuple[validation.ValidationCommand, ...] = (
        *OPENED,
        plan(),
        collect_profile(2),
        note_review(2),
        note_risk(submission=2),
    )
    state: State = live(VALIDATIONS, history)[0]
    assert isinstance(state, Open)
    assert (state.application.submission, state.visits) == (2, ())
