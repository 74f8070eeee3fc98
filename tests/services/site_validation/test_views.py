"""What officers and the company see of a validation."""

from datetime import timedelta

import pytest

from services.site_validation.domain.validation.state import Absent, Dossier, State
from services.site_validation.views.companies import OwnValidation, own_validation
from services.site_validation.views.validations import ValidationRow, ValidationView, validation_view
from shared.contracts import catalogue
from shared.errors import Refused
from tests.support.builders.deciding import live
from tests.support.builders.packages import TERMINAL, YARD
from tests.support.builders.site_validation import (
    FINDING,
    OTHER_VISIT,
    PACKAGE,
    REQUIREMENT,
    SOON,
    TODAY,
    VALIDATIONS,
    VISIT,
    opened,
    plan,
    record_finding,
    validation_in,
)

REQUIREMENTS = catalogue.load().requirements
DUE = TODAY + timedelta(days=90)


def seen(state: State) -> ValidationView | ValidationRow:
    return validation_view(state, REQUIREMENTS, "https://intake.example/", DUE)


def seen_whole(life: str) -> ValidationView:
    view = seen(validation_in(life))
    assert isinstance(view, ValidationView)
    return view


@pytest.mark.parametrize(
    ("life", "status", "name"),
    [
        ("collecting", "collecting", "Boreal Drayage Ltd."),
        ("unacceptable", "collecting", "Boreal Drayage Ltd."),
        ("closed", "closed", None),
    ],
)
def test_before_it_is_open_and_once_it_is_closed_there_is_only_the_row(
    life: str, status: str, name: str | None
) -> None:
    row = seen(validation_in(life))
    assert type(row) is ValidationRow
    assert (row.status, row.legal_name, row.next_visit_on) == (status, name, None)


def test_an_application_that_was_never_published_is_not_found() -> None:
    with pytest.raises(Refused, match="not_found"):
        seen(Absent())


def test_an_officer_sees_each_answer_with_its_requirement_and_judgement() -> None:
    view = seen_whole("open")
    answer, other = view.divisions[0].answers
    assert (answer.requirement_id, answer.judgement and answer.judgement.advice) == (
        REQUIREMENT,
        "Show the log on the day.",
    )
    assert other.judgement is None
    assert [requirement.id for requirement in view.requirements] == [answer.requirement_id, other.requirement_id]


def test_an_officer_opens_documents_in_intake() -> None:
    document = PACKAGE.documents[0].document_id
    assert seen_whole("open").documents[0].link == f"https://intake.example/documents/{document}"


def test_an_officer_is_offered_a_due_date() -> None:
    assert seen_whole("held").proposed_due_on == DUE


@pytest.mark.parametrize(("life", "day"), [("open", None), ("planned", SOON), ("cancelled", None), ("held", None)])
def test_the_row_names_the_next_visit_to_come(life: str, day: object) -> None:
    assert seen(validation_in(life)).next_visit_on == day


def test_of_several_visits_the_earliest_is_next() -> None:
    state, _ = live(VALIDATIONS, [plan(OTHER_VISIT, divisions=(TERMINAL,), on=TODAY)], validation_in("planned"))
    assert seen(state).next_visit_on == TODAY


def test_a_concluded_validation_shows_its_outcome() -> None:
    view = seen_whole("concluded")
    assert (view.status, view.outcome, view.concluded_on) == ("concluded", "passed", TODAY)


def shown_to_the_company(state: State) -> OwnValidation:
    assert isinstance(state, Dossier)
    return own_validation(state, REQUIREMENTS)


def test_the_company_sees_visits_and_findings_with_due_dates_but_no_notes() -> None:
    view = shown_to_the_company(opened("action_open"))
    (visit,) = view.visits
    (finding,) = view.findings
    assert (visit.visit_id, visit.division_ids, visit.state) == (VISIT, (YARD,), "held")
    assert (finding.finding_id, finding.kind, finding.state, finding.text) == (
        FINDING,
        "action_required",
        "open",
        "Replace the padlock.",
    )
    assert finding.due_on == DUE
    assert finding.requirement == next(
        requirement.text for requirement in REQUIREMENTS if requirement.id == REQUIREMENT
    )
    assert "Friendly dog." not in view.model_dump_json()


def test_the_company_sees_recommendations_too() -> None:
    state, _ = live(
        VALIDATIONS, [record_finding(kind="recommendation", text="A brighter lamp.")], validation_in("held")
    )
    assert [(finding.kind, finding.text) for finding in shown_to_the_company(state).findings] == [
        ("recommendation", "A brighter lamp.")
    ]


def test_the_company_sees_nothing_of_its_risk_or_of_judgements() -> None:
    assert set(OwnValidation.model_fields) == {"application_id", "visits", "findings"}
